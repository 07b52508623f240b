import type { Batch, BatchEvent } from "../../src/line/batches/batch.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import type { LockView, NodeView } from "../../src/locks/inspect-lock.ts";
import type { BatchPage, BatchView } from "../../src/web/batch-list.ts";
import type { EnumerationView, SiteLook, Sourced } from "../../src/web/look.ts";
import type { PageContext } from "../../src/web/pages/context.ts";

/** When the documents below are looked at. */
export const NOW = new Date("2026-11-26T12:00:00Z");
const EARLIER = "2026-11-26T10:30:00Z";
const EVENTS = ["Data_Received", "Structure_Checked", "Metadata_Checked"] as const;

export const CONTEXT: PageContext = {
	...{ basePath: "/base", path: "/", now: NOW, timeZone: "Europe/Copenhagen", everyMs: 5000, version: "1.2.3" },
};

export const known = <T>(value: T): Sourced<T> => ({
	...{ value, takenAt: new Date(EARLIER), fault: undefined, faultSince: undefined },
});

/** A source whose server is down, with or without a value from before. */
export const down = <T>(value: T | undefined): Sourced<T> => ({
	value,
	takenAt: value === undefined ? undefined : new Date(EARLIER),
	fault: { message: "mongodb://db:27017 does not answer", hint: "start it" },
	faultSince: new Date(+NOW - 90_000),
});

/** An enumeration under way: complete up to TCN 8, the second stencil of TCN 9 in work. */
export function enumeration(max = 12): EnumerationView {
	const stencils = Array.from({ length: max - 1 }, (_, at) => at + 2).flatMap((tcn) =>
		Array.from({ length: tcn - 1 }, (_, at) => ({ rootstock_tcn: at + 1, scion_tcn: tcn - at - 1, tcn })),
	);
	const stateOf = (tcn: number, rootstock: number) => {
		if (tcn <= 8 || (tcn === 9 && rootstock === 1)) return { state: "complete" as const };
		if (tcn !== 9) return { state: "new" as const };
		if (rootstock === 2) return { state: "started" as const, pushed: 3, total: 8 };
		return { state: rootstock === 3 ? ("no_headroom" as const) : ("new" as const) };
	};
	return {
		...{ completed_tcn: 8, max_tcn: max },
		tcns: [{ tcn: 9, new: 5, started: 1, no_headroom: 1, complete: 1 }],
		in_work: [{ stencil: "2+7", tcn: 9, rootstock_tcn: 2, scion_tcn: 7, pushed: 3, total: 8 }],
		stencils: stencils.map((each) => ({ ...each, ...stateOf(each.tcn, each.rootstock_tcn) })),
		figures: Array.from({ length: max }, (_, at) => ({
			...{ tcn: at + 1, jobs: 3 ** at, tangles: 7 ** at, good: 5 ** at, seconds: at < 8 ? at * 60 : null },
		})),
	};
}

const node = (holder: string): NodeView => ({
	...{ node: "lock-0000000001", layer: "flat", kind: "tangles", holder, since: EARLIER, token: "42", session: "1a" },
});

export const LOCKS: readonly LockView[] = [
	{ path: "/Structure_Checker/B400022028242-RT1", holders: [node("cron-1:411 ann")], waiting: 2 },
	{ path: "/SBOI/Metadata_Checker", holders: [], waiting: 0 },
];

/** A look at a site with some of everything, all servers well. */
export function siteLook(): SiteLook {
	const counts = { tangles: 1, curator_flat: 1, curator_v2: 1, foreign: 1, leftover: 1, not_readable: 1 };
	return {
		...{ time: NOW, number: 7, pace: { jobs_per_second: 12.5, seconds_left: 3661 } },
		enumeration: known(enumeration()),
		queue: known({
			...{ name: "arbor", paused: "yes" as const, resume: "resume it on its page" },
			...{
				oldest_seconds: 3700,
				workers: 3,
				enqueued: 12_345,
				working: 4,
				scheduled: 0,
				retries: 2,
				dead: 1,
				processed: 99,
				failed: 3,
			},
		}),
		locks: known({
			root: "/tangles",
			locks: LOCKS,
			not_readable: ["/secret"],
			counts: { ...counts, free: 1, waiting: 2 },
			queues: [{ path: LOCKS[0]?.path ?? "", waiting: [node("cron-2:17 bob")] }],
		}),
		line: known([
			{
				...{ component: "Structure_Checker", event: EVENTS[1], ready: 5, working: 1, failed: 1 },
				...{ oldest: EARLIER, not_run_since: EARLIER },
				last_run: { host: "cron-1", start: EARLIER, end: EARLIER, outcome: "the database was away" },
			},
		]),
		findings: known({
			...{ failed: 1, warned: 1 },
			lines: [
				{ part: "config", state: "ok", text: "one file" },
				{ part: "clock", state: "warn", text: "is 3 s ahead", hint: "set it" },
				{ part: "faktory", state: "fail", text: "is mute", hint: "start it" },
			],
		}),
		overdue: known({
			more: true,
			overdue: [
				{
					...{ id: "B400022028241-RT1", type: "Newspaper", since: EARLIER, age_s: 5400 },
					...{ component: "Structure_Checker", event: "Structure_Checked" },
				},
			],
		}),
	};
}

const event = (type: string, success: boolean, details: string): BatchEvent => ({
	...{ type, success, time: new Date(EARLIER), agent: "checker-2.4", details, host: "cron-1" },
});

/** The key of the report that is kept beside the batch below. */
export const REPORT_KEY = "0123456789abcdef".repeat(2);

/** A batch with plain details, a superseded report's sums, a report and a removal; `details` is what its event says. */
export function batch(details: string): Batch {
	const superseded = { ...event(EVENTS[1], false, "from another tool…"), report: REPORT_KEY };
	const events = [event(EVENTS[0], true, "from the scanner"), superseded, event(EVENTS[1], false, details)];
	const note = { by: "ann@cron-1", time: new Date(EARLIER), reason: "scans were replaced" };
	const removed = [{ at: 1, event: event(EVENTS[1], false, "") }];
	return {
		...newBatch(parseBatchId("B400022028241-RT1"), "Newspaper", new Date(EARLIER)),
		...{ events, seen: [EVENTS[0], EVENTS[1]], succeeded: [EVENTS[0]] },
		history: [
			{ ...note, what: "restart", removed },
			{ ...note, what: "rm-event", removed: [], undone: { ...note, events: 1 } },
		],
	};
}

/** A component's report of one failure, as the details of an event have it. */
export const reportOf = (text: string) =>
	JSON.stringify({
		...{ tool: "checker", version: "2.4", outcome: "Failure", date: EARLIER, duration_ms: 61_000, preservable: true },
		failures: [{ filereference: text, type: text, component: text, description: text, details: text }],
	});

const COLUMNS = EVENTS.map((name, at) => ({ event: name, component: at === 0 ? undefined : `${name}er` }));

export function batchView(details: string): BatchView {
	return {
		...{ batch: batch(details), columns: COLUMNS, locks: LOCKS },
		cells: [{ state: "done", time: EARLIER }, { state: "failed", time: EARLIER }, { state: "none" }],
		roundTrips: [1, 2].map((trip) => ({
			...{ id: `B400022028241-RT${trip}`, round_trip: trip, last_event: EVENTS[1] },
		})),
	};
}

/** A page of the list with a cell in each state, and a document that is no batch. */
export function batchPageOf(rows = 8): BatchPage {
	const cell = { time: EARLIER, holder: "cron-1:411 ann" };
	const states = ["done", "failed", "working", "waiting", "stopped", "none"] as const;
	const columns = [...COLUMNS, { event: "Sent_Back", component: undefined }];
	return {
		query: {
			...{ types: ["Newspaper"], event: EVENTS[1], outcome: "failed", text: "B4", older: "5h", younger: "20d" },
			...{ sort: "-id", after: undefined, before: undefined, limit: 20 },
		},
		columns,
		rows: [
			...Array.from({ length: rows }, (_, at) => ({
				...{ id: `B4000220282${at + 41}-RT1`, type: "Newspaper", created: EARLIER, modified: EARLIER },
				cells: columns.map((_column, place) => {
					const state = states[(at + place) % states.length] ?? "none";
					return state === "working" ? { state, ...cell } : { state, time: EARLIER };
				}),
			})),
			{ id: "not a batch", malformed: [{ field: "events", text: "is not a list" }] },
		],
		...{ total: { count: 1234, more: true }, next: "next-place", previous: "previous-place" },
	};
}

/** A copy with `change` made to each text in it; keys and dates stay. */
export function withTexts<T>(value: T, change: (text: string) => string): T {
	if (typeof value === "string") return change(value) as T;
	if (Array.isArray(value)) return value.map((each) => withTexts(each, change)) as T;
	if (typeof value !== "object" || value === null || value instanceof Date) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTexts(each, change)])) as T;
}
