import { describe, expect, test } from "bun:test";
import { type NodeView, UNKNOWN } from "../../../../src/locks/inspect-lock.ts";
import type { SiteLook, Sourced } from "../../../../src/web/look.ts";
import type { PageContext } from "../../../../src/web/pages/context.ts";
import {
	batchesPage,
	batchPage,
	enumerationPage,
	errorPage,
	locksPage,
	overviewPage,
	reportPage,
} from "../../../../src/web/pages/pages.ts";
import { spanText } from "../../../../src/web/pages/time.tsx";
import { batchView, REPORT_KEY, reportOf } from "../../../support/page-documents.ts";

const NOW = new Date("2026-11-26T12:00:00Z");
const CTX: PageContext = {
	...{ basePath: "/t", path: "/", now: NOW, timeZone: "Europe/Copenhagen", everyMs: 5000, version: "1.2.3" },
};
const known = <T>(value: T): Sourced<T> => ({ value, takenAt: NOW, fault: undefined, faultSince: undefined });
const EMPTY: SiteLook = {
	...{ time: NOW, number: 1, enumeration: undefined, queue: undefined, locks: undefined, line: undefined },
	...{ findings: known({ failed: 0, warned: 0, lines: [] }), overdue: undefined, pace: undefined },
};
const QUEUE = {
	...{
		name: "q",
		enqueued: 1234,
		scheduled: 0,
		retries: 0,
		working: 0,
		oldest_seconds: null,
		workers: 2,
		dead: 2,
		processed: 0,
		failed: 0,
	},
	paused: "no" as const,
};
const HOSTILE = `<script>x</script>\u202e\u0007`;
const SHOWN = "&lt;script&gt;x&lt;/script&gt;\\u{202e}\\u{7}";

const htmlOf = async (page: unknown) => String(await page);
/** The text of a page as it is read, without its tags. */
const textOf = async (page: unknown) =>
	(await htmlOf(page))
		.replaceAll(/<[^>]*>/g, "")
		.replaceAll(/\s+/g, " ")
		.trim();

describe("the overview", () => {
	test("of a site without anything: nothing is wrong, and no part that is not configured", async () => {
		const text = await textOf(overviewPage(EMPTY, CTX));
		expect(text).toContain("Nothing is wrong:");
		for (const part of ["The line", "The enumeration", "The queue", "The locks"])
			expect(text).not.toContain(`${part} `);
		expect(text).toContain("all times in Europe/Copenhagen");
		expect(text).toContain("2026-11-26 13:00:00");
	});

	test("what fails comes before what warns, each with its hint", async () => {
		const lines = [
			{ part: "mongo", state: "ok", text: "fine" },
			{ part: "clock", state: "warn", text: "2 s off", hint: "use NTP" },
			{ part: "faktory", state: "fail", text: "refused", hint: "look at the password" },
		] as const;
		const text = await textOf(overviewPage({ ...EMPTY, findings: known({ failed: 1, warned: 1, lines }) }, CTX));
		expect(text).toContain("✗ fails faktory: refusedHint: look at the password! warning clock: 2 s offHint: use NTP");
		expect(text).not.toContain("fine");
	});

	test("a server that is away: a red line with its age, the last known values in grey", async () => {
		const queue: Sourced<typeof QUEUE> = {
			value: QUEUE,
			takenAt: new Date(+NOW - 90_000),
			fault: { message: `no answer ${HOSTILE}`, hint: "is it running?" },
			faultSince: new Date(+NOW - 60_000),
		};
		const html = await htmlOf(overviewPage({ ...EMPTY, queue }, CTX));
		expect(html).toContain('<div class="stale"><dl class="facts">');
		const text = await textOf(overviewPage({ ...EMPTY, queue }, CTX));
		expect(text).toContain(`✗ Not known now: the queue, for 1 min. no answer ${SHOWN}Hint: is it running?`);
		expect(text).not.toContain("Nothing is wrong");
		expect(text).toContain("✗ not known now: queue");
		expect(text).toContain("What is shown in grey is 1 min 30 s old.");
		expect(text).toContain("Enqueued1,234");
	});

	test("a paused queue and dead jobs are told", async () => {
		const queue = known({ ...QUEUE, paused: "yes" as const, resume: "tangles says how" });
		const text = await textOf(overviewPage({ ...EMPTY, queue }, CTX));
		expect(text).toContain("✗ The queue q is paused.");
		expect(text).toContain("Hint: tangles says how");
		expect(text).toContain("Dead✗ 2");
	});

	test("a component: what is ready, worked on and failed, and how its last run ended", async () => {
		const station = {
			component: HOSTILE,
			event: "Checked",
			ready: 3,
			working: 1,
			failed: 2,
			oldest: "2026-11-26T10:00:00Z",
		};
		const run = { host: "cron-1", start: "2026-11-26T11:59:00Z", end: "2026-11-26T11:59:10Z" };
		const said = async (outcome: string | null, end: string | null = run.end) =>
			await textOf(
				overviewPage(
					{
						...EMPTY,
						line: known([{ ...station, last_run: { ...run, end, outcome }, not_run_since: null }]),
					},
					CTX,
				),
			);
		expect(await said("worked")).toContain(`${SHOWN}● 3▶ 1✗ 22 h ago1 min ago on cron-1: worked`);
		expect(await said("unreachable")).toContain("1 min ago on cron-1: ✗ unreachable");
		expect(await said(null, null)).toContain("1 min ago on cron-1, under way or killed");
		expect(await said("worked")).toContain(`✗ 2 batches failed at ${SHOWN}`);
	});
});

test("what has failed leads to its list; an event that the list cannot be asked for leads nowhere", async () => {
	const station = {
		component: "c",
		ready: 0,
		working: 0,
		failed: 2,
		oldest: null,
		last_run: null,
		not_run_since: null,
	};
	const page = async (event: string | null) =>
		await htmlOf(overviewPage({ ...EMPTY, line: known([{ ...station, event }]) }, CTX));
	const lists = (html: string) =>
		[...html.matchAll(/<a href="(\/t\/batches\?[^"]*)">([^<]*)</g)].map(([, ...found]) => found);
	const query = "/t/batches?event=A%26b%22+c&amp;outcome=failed";
	expect(lists(await page('A&b" c'))).toEqual([
		[query, "2 batches"],
		[query, "2"],
	]);
	for (const event of [null, "a,b", HOSTILE]) expect(lists(await page(event))).toEqual([]);
});

describe("other pages", () => {
	test("links and assets stand below the base path", async () => {
		for (const page of [overviewPage(EMPTY, CTX), enumerationPage(EMPTY, CTX), locksPage(EMPTY, CTX)]) {
			const links = [...(await htmlOf(page)).matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, to]) => to);
			expect(links.filter((to) => !/^(\/t\/|#)/.test(to ?? ""))).toEqual([]);
			expect(links.length).toBeGreaterThan(6);
		}
	});

	test("nothing inline: the Content-Security-Policy would block it", async () => {
		const html = await htmlOf(batchesPage(known({ ...PAGE, rows: [] }), { ...CTX, path: "/batches" }));
		expect(html).not.toMatch(/ style=| on\w+=|<style|<script(?! src)/);
		expect(html).toContain("No batch fulfils this filter.");
		expect(html).toContain('<a href="/t/batches" aria-current="page">');
	});

	test("a malformed batch stands in the list with what is wrong", async () => {
		const rows = [{ id: "B1-RT1", malformed: [{ field: "events", text: `events ${HOSTILE}` }] }];
		const text = await textOf(batchesPage(known({ ...PAGE, rows }), CTX));
		expect(text).toContain(`B1-RT1✗ malformedevents ${SHOWN}`);
	});

	test("the order that a head asks for: the other way round where it is in force", async () => {
		const html = await htmlOf(batchesPage(known({ ...PAGE, rows: [ROW] }), CTX));
		expect(html).toContain('<th scope="col" aria-sort="ascending"><a href="/t/batches?type=Film&amp;sort=-first">');
		expect(html).toContain('<a href="/t/batches?type=Film&amp;sort=id">');
		expect(html).toContain("/t/api/batches.csv?type=Film");
	});

	test("an error has its hint and the way back", async () => {
		const text = await textOf(errorPage({ status: 400, message: HOSTILE, hint: "try again" }, CTX));
		expect(text).toContain(`Error 400${SHOWN}Hint: try againGo to the overview`);
	});
});

const PAGE = {
	query: {
		...{ types: ["Film"], event: undefined, outcome: undefined, text: "", older: undefined, younger: undefined },
		...{ sort: "first" as const, after: undefined, before: undefined, limit: 50 },
	},
	columns: [{ event: "Data_Received", component: undefined }],
	total: { count: 1, more: false },
	next: undefined,
	previous: undefined,
};
const ROW = {
	...{ id: "B1-RT1", type: "Film", created: "2026-11-26T10:00:00Z", modified: "2026-11-26T10:00:00Z" },
	cells: [{ state: "done" as const, time: "2026-11-26T10:00:00Z" }],
};

test("a span has its two largest units that say something", () => {
	const spans = [0, 0.4, 59, 61, 3600, 3 * 86_400 + 4 * 3600 + 59, -5].map(spanText);
	expect(spans).toEqual(["0 s", "0 s", "59 s", "1 min 1 s", "1 h", "3 d 4 h", "0 s"]);
});

describe("a report that is kept beside its batch", () => {
	const failures = Array.from({ length: 3 }, (_, at) => ({
		filereference: `${at}.tif`,
		type: "sum",
		description: "bad",
	}));
	const written = { tool: "t", version: "1", outcome: "Failure", failures };

	test("the batch's page has its sums and leads to it; what the batch has itself stays there", async () => {
		const sums = JSON.stringify({ ...written, failures: [], failures_left_out: 3 });
		const own = batchView(reportOf("mine"));
		const events = own.batch.events.map((event) => (event.report === undefined ? event : { ...event, details: sums }));
		const html = await htmlOf(batchPage("B400022028241-RT1", known({ ...own, batch: { ...own.batch, events } }), CTX));
		expect(html).toContain(
			`3 failures: <a href="/t/batches/B400022028241-RT1/reports/${REPORT_KEY}">the report in full</a>`,
		);
		expect(html).not.toContain("It names no failure");
		expect(html).toContain("1 failure</caption>");
	});

	test("its own page: the failures, those that were only counted too, the way back, and the JSON", async () => {
		const document = { id: "B1-RT1", event: 2, type: "Checked", time: NOW };
		const details = JSON.stringify({ ...written, failures_left_out: 40 });
		const page = reportPage("B1-RT1", REPORT_KEY, known({ ...document, details }), CTX);
		const text = await textOf(page);
		for (const words of ["Checked, event 2", "43 failures", "2.tif", "40 failures were counted and not kept"]) {
			expect(text).toContain(words);
		}
		const html = await htmlOf(page);
		expect(html).toContain('<a href="/t/batches/B1-RT1">');
		expect(html).toContain(`<a href="/t/api/batches/B1-RT1/reports/${REPORT_KEY}">As JSON</a>`);
		const plain = await textOf(
			reportPage("B1-RT1", REPORT_KEY, known({ ...document, details: "x".repeat(5000) }), CTX),
		);
		expect(plain).toContain("Cut here: the report as JSON has all 5,000 letters.");
	});
});

describe("the locks", () => {
	const node = (holder: string, since: string): NodeView => ({
		...{ node: "lock-0000000001", layer: "flat", kind: "tangles", holder, since, token: "42", session: "1a" },
	});

	test("who waits, with kind and age, the first of many; of locks beyond those that are looked at, how many", async () => {
		const [first, second] = [node("cron-2:17 bob", "2026-11-26T11:48:00Z"), node(HOSTILE, UNKNOWN)];
		const locks = ["/a", "/b", "/c"].map((path, at) => ({ path, holders: [first], waiting: [3, 1, 0][at] ?? 0 }));
		const queues = [{ path: "/a", waiting: [first, second] }];
		const counts = { tangles: 3, curator_flat: 0, curator_v2: 0, foreign: 0, leftover: 0, not_readable: 0, free: 0 };
		const view = { root: "/", locks, not_readable: [], counts: { ...counts, waiting: 4 }, queues };
		const text = await textOf(locksPage({ ...EMPTY, locks: known(view) }, CTX));
		expect(text).toContain(`3cron-2:17 bob tangles, for 12 min${SHOWN} tanglesand 1 more`);
		expect(text).toContain("1not listed here");
	});
});
