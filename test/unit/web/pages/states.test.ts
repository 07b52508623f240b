import { describe, expect, test } from "bun:test";
import type { BatchPage, BatchView } from "../../../../src/web/batch-list.ts";
import type { SiteLook, Sourced } from "../../../../src/web/look.ts";
import { batchesPage, batchPage, enumerationPage, locksPage, overviewPage } from "../../../../src/web/pages/pages.ts";
import { batchPageOf, batchView, CONTEXT, down, known, siteLook, withTexts } from "../../../support/page-documents.ts";

/** What a reader sees of a page: its text, one blank between the parts. */
const textOf = (html: unknown) =>
	String(html)
		.replaceAll(/<[^>]+>/g, " ")
		.replaceAll(/\s+/g, " ")
		.replaceAll(/ ([,.:;])/g, "$1");

const FAULT = "Not known now: ";

/** The look after all servers went down; with the values from before, or without any. */
function lookDown(keepsValues: boolean): SiteLook {
	const look = siteLook();
	const gone = <T>(source: Sourced<T> | undefined) => down(keepsValues ? source?.value : undefined);
	return {
		...look,
		enumeration: gone(look.enumeration),
		queue: gone(look.queue),
		locks: gone(look.locks),
		line: gone(look.line),
		findings: gone(look.findings),
		overdue: gone(look.overdue),
	};
}

describe("a server that is down", () => {
	test("is named with its fault and hint; the last values stand below in grey, with their age", async () => {
		const html = String(await overviewPage(lookDown(true), CONTEXT));
		expect(html.match(/class="stale"/g)).toHaveLength(6);
		expect(html).not.toContain('class="fresh"');
		const text = textOf(html);
		for (const part of ["what the checks say", "the components", "what is overdue", "the queue", "the locks"]) {
			expect(text).toContain(`${FAULT}${part}, for 1 min 30 s. mongodb://db:27017 does not answer Hint: start it`);
		}
		expect(text).toContain("What is shown in grey is 1 h 30 min old.");
		expect(text).toContain("Enqueued 12,345 Oldest enqueued 1 h 1 min Working 4 Workers 3 of all queues");
	});

	test("from the start is named; nothing is made up in place of its values", async () => {
		const look = lookDown(false);
		for (const page of [overviewPage, enumerationPage, locksPage]) {
			const html = String(await page(look, CONTEXT));
			expect(textOf(html)).toContain(FAULT);
			expect(html).not.toMatch(/class="(stale|fresh)"|<table/);
		}
		expect(textOf(await batchesPage(down<BatchPage>(undefined), CONTEXT))).toContain(`${FAULT}the batches`);
		expect(textOf(await batchPage("B1-RT1", down<BatchView>(undefined), CONTEXT))).toContain(`${FAULT}this batch`);
	});
});

test("a site with nothing on it says so, part by part", async () => {
	const counts = { tangles: 0, curator_flat: 0, curator_v2: 0, foreign: 0, leftover: 0, not_readable: 0, free: 0 };
	const look: SiteLook = {
		...siteLook(),
		enumeration: known(null),
		queue: undefined,
		locks: known({ root: "/", locks: [], not_readable: [], counts: { ...counts, waiting: 0 }, queues: [] }),
		line: known([]),
		findings: known({ failed: 0, warned: 0, lines: [{ part: "config", state: "ok", text: "one file" }] }),
		overdue: known({ overdue: [], more: false }),
		pace: undefined,
	};
	const overview = textOf(await overviewPage(look, CONTEXT));
	expect(overview).toContain("Nothing is wrong: 1 check is well.");
	expect(overview).toContain("No enumeration yet: tangles init begins one.");
	expect(overview).toContain("No component has run yet.");
	expect(overview).toContain("Nothing is overdue.");
	expect(overview).not.toContain("The queue");
	expect(textOf(await locksPage(look, CONTEXT))).toContain("No locks: nobody holds or awaits one.");
	const none = { ...batchPageOf(0), rows: [], total: { count: 0, more: false } };
	expect(textOf(await batchesPage(known(none), CONTEXT))).toContain("No batch fulfils this filter.");
});

describe("states", () => {
	test("of a cell, of a stencil and of a finding have a word, never the colour alone", async () => {
		const list = textOf(await batchesPage(known(batchPageOf()), CONTEXT));
		for (const said of ["✓ done", "✗ failed", "▶ working cron-1:411 ann", "● waiting", "■ stopped", "✗ malformed"]) {
			expect(list).toContain(said);
		}
		const picture = textOf(await enumerationPage(siteLook(), CONTEXT));
		for (const said of ["1+8 (TCN 9): complete", "2+7 (TCN 9): started, 3 of 8 jobs", "3+6 (TCN 9): no headroom"]) {
			expect(picture).toContain(said);
		}
		const overview = textOf(await overviewPage(siteLook(), CONTEXT));
		expect(overview).toContain("✗ fails faktory: is mute Hint: start it");
		expect(overview).toContain("! warning clock: is 3 s ahead Hint: set it");
	});

	test("of a lock: since when, and for how long, where the server says it", async () => {
		const look = siteLook();
		const text = textOf(await locksPage(look, CONTEXT));
		expect(text).toContain(
			"▶ cron-1:411 ann tangles 2026-11-26 11:30:00 1 h 30 min 2 cron-2:17 bob tangles, for 1 h 30 min and 1 more 42",
		);
		expect(text).toContain("/SBOI/Metadata_Checker – free – – 0 –");
		const silent = withTexts(look, (said) => (said.startsWith("2026-") ? "-" : said));
		expect(textOf(await locksPage(silent, CONTEXT))).toContain(
			"▶ cron-1:411 ann tangles - – 2 cron-2:17 bob tangles and 1 more 42",
		);
	});

	test("of a batch: its timeline, the newest event first, times in the page's zone", async () => {
		const text = textOf(await batchPage("B400022028241-RT1", known(batchView("title is missing")), CONTEXT));
		expect(text).toMatch(/11:30:00 ✗ failed Structure_Checked by checker-2.4 on cron-1 title is missing.*✓ done Data_/);
		expect(text).toContain("all times in Europe/Copenhagen");
		expect(text).toContain("scans were replaced Structure_Checked");
	});
});

test("the filter, the order and the place are in every link of the list, the form's choices in the form", async () => {
	const html = String(await batchesPage(known(batchPageOf()), CONTEXT)).replaceAll("&amp;", "&");
	const filter = "type=Newspaper&event=Structure_Checked&outcome=failed&text=B4&older=5h&younger=20d";
	expect(html).toContain(`"/base/batches?${filter}&sort=-id&limit=20&after=next-place"`);
	expect(html).toContain(`"/base/batches?${filter}&sort=-id&limit=20&before=previous-place"`);
	expect(html).toContain(`"/base/batches?${filter}&sort=id&limit=20"`);
	expect(html).toContain(`"/base/api/batches.csv?${filter}&sort=-id&limit=20"`);
	expect(html).toMatch(/<th scope="col" aria-sort="descending"><a [^>]*>Batch/);
	expect(html).toMatch(/<option value="failed" selected/);
});

test("a search that has ended early says how far it came, and leads on", async () => {
	const page = { ...batchPageOf(), reached: "2026-11-20T08:00:00Z" };
	const forwards = textOf(await batchesPage(known(page), CONTEXT));
	expect(forwards).toContain("came to batches whose first event was at 2026-11-20 09:00:00, and can go on there");
	expect(forwards).toContain("← Previous Go on searching →");
	const query = { ...page.query, before: "here" };
	expect(textOf(await batchesPage(known({ ...page, query }), CONTEXT))).toContain("← Go on searching Next →");
	const empty = { ...page, rows: [], previous: undefined, total: { count: 0, more: true } };
	const text = textOf(await batchesPage(known(empty), CONTEXT));
	expect(text).toContain("None was found so far.");
	expect(text).toContain("Go on searching →");
	expect(text).not.toContain("No batch fulfils this filter.");
});
