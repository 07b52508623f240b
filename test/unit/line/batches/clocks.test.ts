import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Batch, BatchEvent } from "../../../../src/line/batches/batch.ts";
import { claimed, recorded } from "../../../../src/line/batches/claim.ts";
import { anchored, notAhead, sayAhead, timesAhead } from "../../../../src/line/batches/clocks.ts";
import { unmet } from "../../../../src/line/batches/conditions.ts";
import { changed } from "../../../../src/line/batches/derive.ts";
import { appended, touched } from "../../../../src/line/batches/events.ts";
import { at, batchFrom, conditionsFrom, eventFrom } from "../../../support/batch-reference.ts";

const OLD = conditionsFrom({ old: ["A"] });
const stored = (batch: Batch): Batch => ({ ...batch, version: batch.version + 1 });

/** A run of the component whose host's clock says `start` as it takes the batch and `end` as it records the outcome. */
function ran(batch: Batch, start: number, end = start): Batch {
	const taken = stored(claimed(anchored(batch, at(start)), "A"));
	const event: BatchEvent = { ...eventFrom(`A+${start}`), at_version: taken.version };
	return stored(notAhead(recorded(taken, { component: "A", claim: taken.claim }, event), at(end)));
}

describe("what a host an hour ahead has changed", () => {
	const ahead = stored(touched(batchFrom("B1-RT1", { events: ["A+5"] }), at(3600)));

	test("is worked on once, whatever the clock of the component says", () => {
		expect(unmet(ahead, OLD)).toEqual([]);
		for (const clock of [10, 1800, 3599, 3601, 0]) {
			const after = ran(ahead, clock);
			expect(unmet(after, OLD)).toEqual(["old A: happened since the last change"]);
			expect(after.current).toEqual(["A"]);
			expect(after.modified.getTime()).toBeLessThanOrEqual(Math.max(at(clock).getTime(), at(6).getTime()));
		}
	});

	test("so is what another program changed, which writes no version", () => {
		const foreign = changed(batchFrom("B1-RT1", { events: ["A+5"] }), { modified: at(3600) });
		const after = ran(foreign, 10);
		expect(unmet(after, OLD)).toEqual(["old A: happened since the last change"]);
		expect(after.modified).toEqual(at(10));
	});

	test("a change during the work is not taken for done, and is done once more", () => {
		const taken = stored(claimed(anchored(ahead, at(10)), "A"));
		const meanwhile = [stored(touched(taken, at(7200))), changed(taken, { modified: at(7200) })];
		for (const changedSince of meanwhile) {
			const event: BatchEvent = { ...eventFrom("A+10"), at_version: taken.version };
			const after = stored(notAhead(recorded(changedSince, { component: "A", claim: 1 }, event), at(20)));
			expect(unmet(after, OLD)).toEqual([]);
			expect(after.modified).toEqual(at(20));
			expect(unmet(ran(after, 30), OLD)).toEqual(["old A: happened since the last change"]);
		}
	});

	test("a clock that is set back between the claim and the start of the work changes nothing", () => {
		const batch = stored(touched(batchFrom("B1-RT1", { events: [] }), at(100)));
		const taken = stored(claimed(anchored(batch, at(110)), "A"));
		const event: BatchEvent = { ...eventFrom("A+5"), at_version: taken.version };
		expect(unmet(recorded(taken, { component: "A", claim: 1 }, event), OLD)).toEqual([
			"old A: happened since the last change",
		]);
	});

	test("an event by a fast host does not hide a later change, nor have it done again and again", () => {
		const fast = ran(batchFrom("B1-RT1", { events: [] }), 3600);
		const touchedLater = stored(touched(fast, at(10)));
		expect(unmet(touchedLater, OLD)).toEqual([]);
		expect(unmet(ran(touchedLater, 20), OLD)).toEqual(["old A: happened since the last change"]);
	});
});

test("another station's work that was done before the change is not taken for done by the correction", () => {
	const batch = stored(touched(batchFrom("B1-RT1", { events: ["A+5", "X+3000"] }), at(3600)));
	const after = ran(batch, 10);
	expect(unmet(after, conditionsFrom({ old: ["X"] }))).toEqual([]);
	expect(unmet(after, OLD)).toEqual(["old A: happened since the last change"]);
});

const second = fc.nat(50);
const step = fc.oneof(
	fc.record({ do: fc.constant("touch" as const), clock: second }),
	fc.record({ do: fc.constant("foreign touch" as const), clock: second }),
	fc.record({ do: fc.constant("foreign event" as const), clock: second }),
	fc.record({ do: fc.constant("run" as const), clock: second }),
);

test("whatever clocks say: after a run it is done, after a change it is not, and a correction makes nothing current", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
			let batch = batchFrom("B1-RT1", { events: [] });
			for (const { do: what, clock } of steps) {
				const corrected = anchored(batch, at(clock));
				for (const type of corrected.current) expect(batch.current).toContain(type);
				expect(corrected.modified.getTime()).toBeLessThanOrEqual(batch.modified.getTime());
				expect(anchored(corrected, at(clock))).toBe(corrected);
				if (what === "touch") {
					batch = stored(touched(batch, at(clock)));
					// Of events without a version only their times are known.
					const versioned = batch.events.filter(({ at_version }) => at_version !== undefined).length;
					if (versioned === batch.events.length) expect(batch.current).toEqual([]);
				} else if (what === "foreign touch") batch = changed(batch, { modified: at(clock) });
				else if (what === "foreign event") batch = appended(batch, eventFrom(`X+${clock}`));
				else {
					batch = ran(batch, clock);
					expect(unmet(batch, OLD)).toEqual(["old A: happened since the last change"]);
				}
			}
		}),
		{ numRuns: 3000 },
	);
});

test("times ahead are told with who recorded them and how far ahead they are; what NTP leaves is not", () => {
	const batch = touched(batchFrom("B1-RT1", { events: ["A+3610", "B+11"] }), at(70));
	expect(timesAhead(batch, at(10)).map(sayAhead)).toEqual([
		"the last change: its time 2026-01-01T00:01:10.000Z lies 60 s ahead of this host's clock",
		"A by test-1.0: its time 2026-01-01T01:00:10.000Z lies 3600 s ahead of this host's clock",
	]);
	expect(timesAhead(batch, at(3608))).toEqual([]);
});
