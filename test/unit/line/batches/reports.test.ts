import { expect, test } from "bun:test";
import type { Batch } from "../../../../src/line/batches/batch.ts";
import { requireBatch, updateBatch } from "../../../../src/line/batches/change.ts";
import { appended, restarted } from "../../../../src/line/batches/events.ts";
import { keepingRemoved } from "../../../../src/line/batches/history.ts";
import { InMemoryBatchStore } from "../../../../src/line/batches/in-memory.ts";
import { relieved, wholeOf } from "../../../../src/line/batches/reports.ts";
import { at, batchFrom, eventFrom } from "../../../support/batch-reference.ts";

const EMPTY = batchFrom("B1-RT1", { events: [] });
const AMPLE = () => 15_000_000;
const failures = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ type: "page", description: `page ${n}` }));
const report = (count: number, more: object = {}) =>
	JSON.stringify({
		tool: "t",
		outcome: "Failure",
		duration_ms: 7,
		preservable: true,
		failures: failures(count),
		...more,
	});
const withReport = (batch: Batch, text: string, details: string) => appended(batch, { ...eventFrom(text), details });

test("a superseded report is cut to its sums and given in full; the newest of its type stays, short ones too", () => {
	const long = report(500, { failures_left_out: 3 });
	let batch = withReport(EMPTY, "A-1", long);
	batch = withReport(batch, "A-2", report(2));
	batch = withReport(batch, "B-2", long);
	batch = withReport(batch, "A-3", long);
	const { batch: short, reports } = relieved(batch, AMPLE);
	expect(reports).toEqual([
		{ ...{ key: expect.stringMatching(/^[0-9a-f]{32}$/), batch: "B1-RT1", type: "A", time: at(1) }, details: long },
	]);
	const [first, ...others] = short.events;
	expect(others).toEqual(batch.events.slice(1));
	expect(first).toEqual({ ...eventFrom("A-1"), details: expect.any(String), report: reports[0]?.key });
	expect(JSON.parse(first?.details ?? "")).toEqual({
		...{ tool: "t", outcome: "Failure", duration_ms: 7, preservable: true, failures: [], failures_left_out: 503 },
	});
	expect(first === undefined ? undefined : wholeOf(first)).toBe(batch.events[0]);
	expect(relieved(short, AMPLE)).toEqual({ batch: short, reports: [] });
});

test.each([
	["text", "x".repeat(3000), `${"x".repeat(200)}…`],
	["JSON that is no report", `[${"1,".repeat(2000)}1]`, `[${"1,".repeat(99)}1…`],
	["a report with many fields of its own", report(1, { note: "y".repeat(5000) }), undefined],
])("details that are %s keep their beginning", (_, details, kept) => {
	const batch = withReport(withReport(EMPTY, "A-1", details), "A-2", "");
	const [first] = relieved(batch, AMPLE).batch.events;
	expect(Buffer.byteLength(first?.details ?? "")).toBeLessThan(2048);
	if (kept !== undefined) expect(first?.details).toBe(kept);
});

test("with little room the oldest of the history go first, then the oldest of what counts, and no more than must", () => {
	const mega = "z".repeat(1_000_000);
	let batch = withReport(withReport(EMPTY, "A+1", mega), "B-5", mega);
	batch = keepingRemoved(batch, restarted(batch), { what: "restart", by: "me", time: at(9), reason: "" });
	batch = withReport(withReport(batch, "C+3", mega), "D+2", mega);
	const cutTypes = (room: number) => relieved(batch, () => room).reports.map(({ type }) => type);
	expect(cutTypes(2 * 1024 * 1024)).toEqual([]);
	expect(cutTypes(2 * 1024 * 1024 - 1)).toEqual(["B"]);
	expect(cutTypes(1_000_000)).toEqual(["B", "A"]);
	expect(cutTypes(-10_000_000)).toEqual(["B", "A", "D", "C"]);
	const [removed] = relieved(batch, () => -10_000_000).batch.history?.[0]?.removed ?? [];
	expect(removed).toMatchObject({ at: 1, event: { type: "B", report: expect.any(String) } });
});

test("reports are kept before the batch is stored: a run that ends in between loses nothing, and keeps them once", async () => {
	let ends = true;
	const calls: string[] = [];
	const store = new InMemoryBatchStore({
		before: (call) => {
			calls.push(call);
			if (call === "store" && ends) throw new Error("killed");
		},
	});
	const long = report(500);
	await store.add(withReport(EMPTY, "A-1", long));
	const record = () => updateBatch(store, "B1-RT1", (batch) => withReport(batch, "A-2", long));
	calls.splice(0);
	await expect(record()).rejects.toThrow("killed");
	expect(calls).toEqual(["find", "keepReports", "store"]);
	expect((await requireBatch(store, "B1-RT1")).events).toMatchObject([{ details: long }]);
	ends = false;
	const { events } = await record();
	expect(events.map(({ report: key, details }) => [key !== undefined, details === long])).toEqual([
		[true, false],
		[false, true],
	]);
	expect(await store.report("B1-RT1", events[0]?.report ?? "")).toBe(long);
	expect(await store.report("B2-RT1", events[0]?.report ?? "")).toBeUndefined();
});
