import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isFault } from "../../../../src/base/fault.ts";
import { claimed, recorded } from "../../../../src/line/batches/claim.ts";
import { unmet } from "../../../../src/line/batches/conditions.ts";
import { derive, newestOf } from "../../../../src/line/batches/derive.ts";
import { appended, prepended, restarted, touched, without } from "../../../../src/line/batches/events.ts";
import { at, batchFrom, conditionsFrom, eventFrom, isReady } from "../../../support/batch-reference.ts";

const of = (...events: string[]) => batchFrom("B1-RT1", { events });
const details = (batch: { events: readonly { details: string }[] }) => batch.events.map((event) => event.details);

describe("derive", () => {
	test("says each type once, sorted", () => {
		const { events } = of("B+2", "A-1", "C+3", "B+1", "A-4");
		expect(derive(events, { created: at(0), modified: at(3) })).toEqual({
			succeeded: ["B", "C"],
			seen: ["A", "B", "C"],
			current: ["A", "C"],
			firstEvent: at(1),
		});
		expect(derive([], { created: at(7), modified: at(0) })).toEqual({
			...{ succeeded: [], seen: [], current: [], firstEvent: at(7) },
		});
	});

	test("agrees with the contract's words on whatever happened", () => {
		const event = fc
			.tuple(fc.constantFrom("A", "B", "C"), fc.constantFrom("+", "-"), fc.nat(4))
			.map((it) => it.join(""));
		fc.assert(
			fc.property(fc.array(event, { maxLength: 8 }), fc.nat(5), (events, modified) => {
				const batch = batchFrom("B1-RT1", { events, modified });
				for (const type of ["A", "B", "C"]) {
					expect(batch.succeeded.includes(type)).toBe(isReady(batch, conditionsFrom({ past: [type] })));
					expect(batch.seen.includes(type)).toBe(!isReady(batch, conditionsFrom({ future: [type] })));
					expect(batch.current.includes(type)).toBe(!isReady(batch, conditionsFrom({ old: [type] })));
				}
			}),
			{ numRuns: 1000 },
		);
	});

	test("the newest of each type, as the very event", () => {
		const batch = of("A+3", "B-2", "A-1");
		const newest = newestOf(batch.events);
		expect(newest.get("A")).toBe(batch.events[0]);
		expect([...newest.keys()].toSorted()).toEqual(["A", "B"]);
	});
});

test("every condition that fails has a reason, in the order asked", () => {
	const batch = batchFrom("B1-RT1", { events: ["A+1", "A-2", "C+3", "D+3"], modified: 3 });
	const asks = { past: ["B", "A", "C"], future: ["C", "X"], old: ["A", "D", "Y"], types: ["zine", "map"] };
	expect(unmet(batch, asks)).toEqual([
		"past B: never happened",
		"past A: its newest event failed",
		"future C: happened",
		"old D: happened since the last change",
		"type paper is none of zine, map",
	]);
});

describe("events", () => {
	test("append and prepend", () => {
		const batch = of("A-1");
		expect(details(appended(batch, eventFrom("A+1")))).toEqual(["A-1", "A+1"]);
		expect(appended(batch, eventFrom("A+1")).succeeded).toEqual(["A"]);
		expect(details(prepended(batch, eventFrom("A+1")))).toEqual(["A+1", "A-1"]);
		expect(prepended(batch, eventFrom("A+1")).succeeded).toEqual([]);
	});

	test("without a type; the same batch where there is none", () => {
		const batch = of("A+1", "B+2", "A-3");
		expect(without(batch, "A")).toMatchObject({ seen: ["B"], succeeded: ["B"], events: [{ details: "B+2" }] });
		expect(without(batch, "X")).toBe(batch);
	});

	test("touched: what was current is not any more", () => {
		const batch = of("A+5");
		expect(batch.current).toEqual(["A"]);
		const later = { modified: at(6), current: [], seen: ["A"], succeeded: ["A"] };
		expect(touched(batch, at(6))).toEqual(expect.objectContaining(later));
	});

	for (const [name, events, from, left] of [
		[
			"the first failure in time and all after it go, whatever order they stand in",
			"D+4 A+1 C-3 B-2",
			undefined,
			"A+1",
		],
		["at one time, what stands later goes", "A+2 B-2 C+2", undefined, "A+2"],
		["what succeeded later goes too", "A-1 A+2 B+3", undefined, ""],
		["nothing failed: nothing goes", "A+1 B+2", undefined, "A+1 B+2"],
		["from a type: its first event, not its newest", "A+1 B+2 C+3 B+4", "B", "A+1"],
		["from a type that succeeded, before the failure", "A+1 B+2 C-3", "B", "A+1"],
		["from a type that never happened: nothing goes", "A-1", "X", "A-1"],
	] as const) {
		test(`restart: ${name}`, () => {
			const batch = of(...events.split(" "));
			const after = restarted(batch, from);
			expect(details(after)).toEqual(left.split(" ").filter(Boolean));
			if (left === events) expect(after).toBe(batch);
			else expect(after).toEqual(expect.objectContaining(derive(after.events, after)));
		});
	}
});

test("a claim outruns the one before: its result is not recorded", () => {
	const first = claimed(of(), "A");
	const second = claimed(first, "A");
	expect(recorded(second, { component: "A", claim: 2 }, eventFrom("A+1"))).toMatchObject({ seen: ["A"], claim: 2 });
	const thrown = (() => {
		try {
			return recorded(second, { component: "A", claim: first.claim }, eventFrom("A+1"));
		} catch (error) {
			return error;
		}
	})();
	if (!isFault(thrown, "lost")) throw new Error("expected a fault of kind lost", { cause: thrown });
	expect(thrown.message).toBe("B1-RT1: another has taken the batch (claim 2, ours was 1)");
});
