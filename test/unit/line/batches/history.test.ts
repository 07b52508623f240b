import { expect, test } from "bun:test";
import fc from "fast-check";
import { derive } from "../../../../src/line/batches/derive.ts";
import { restarted, without } from "../../../../src/line/batches/events.ts";
import { keepingRemoved, lastRemoval, undone } from "../../../../src/line/batches/history.ts";
import { batchChanges, changedBy, marksOf } from "../../../support/batch-changes.ts";
import { at, batchFrom } from "../../../support/batch-reference.ts";

const NOTE = { by: "me@here", time: at(9), reason: "mistaken" };
const RESTART = { what: "restart", ...NOTE };

test("whatever is done in whatever order, nothing is lost: events and history together only grow, each event once", () => {
	fc.assert(
		fc.property(batchChanges, (changes) => {
			let batch = batchFrom("B1-RT1", { events: [] });
			for (const [at, change] of changes.entries()) {
				const before = batch;
				batch = changedBy(batch, change, `mark-${at}`);
				const marks = marksOf(batch);
				expect(new Set(marks).size).toBe(marks.length);
				expect(marks).toEqual(expect.arrayContaining(marksOf(before)));
				expect((batch.history ?? []).length).toBeGreaterThanOrEqual((before.history ?? []).length);
				expect(batch).toEqual(expect.objectContaining(derive(batch.events, batch)));
				// A removal that is put back at once was as if it had not been.
				if (["restart", "rm-event", "clear"].includes(change.do) && batch !== before) {
					const back = undone(batch, NOTE);
					expect(back.events).toEqual(before.events);
					expect(back).toEqual(expect.objectContaining(derive(before.events, before)));
				}
			}
		}),
		{ numRuns: 5000 },
	);
});

test("a removal has who, when, why, and what stood where; undone it says who, when, why again", () => {
	const batch = batchFrom("B1-RT1", { events: ["A+1", "B-2", "C+3"] });
	const gone = keepingRemoved(batch, restarted(batch), RESTART);
	expect(gone.history).toEqual([
		{
			...RESTART,
			removed: [
				{ at: 1, event: batch.events[1] as never },
				{ at: 2, event: batch.events[2] as never },
			],
		},
	]);
	const back = undone(gone, { ...NOTE, by: "you@there" });
	expect(back.history).toEqual([
		{ ...RESTART, removed: [], undone: { by: "you@there", time: at(9), reason: "mistaken", events: 2 } },
	]);
	expect(lastRemoval(back)).toBeUndefined();
	expect(undone(back, NOTE)).toBe(back);
});

test("undo goes back from the last removal to the one before", () => {
	const batch = batchFrom("B1-RT1", { events: ["A+1", "B+2", "C-3"] });
	const first = keepingRemoved(batch, without(batch, "A"), { ...RESTART, what: "rm-event" });
	const second = keepingRemoved(first, restarted(first), RESTART);
	const details = (of: typeof batch) => of.events.map((event) => event.details);
	expect(details(second)).toEqual(["B+2"]);
	expect(details(undone(second, NOTE))).toEqual(["B+2", "C-3"]);
	expect(details(undone(undone(second, NOTE), NOTE))).toEqual(["A+1", "B+2", "C-3"]);
});

test("where nothing goes, nothing is noted", () => {
	const batch = batchFrom("B1-RT1", { events: ["A+1"] });
	expect(keepingRemoved(batch, restarted(batch), RESTART)).toBe(batch);
});
