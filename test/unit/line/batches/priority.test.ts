import { expect, test } from "bun:test";
import { appended } from "../../../../src/line/batches/events.ts";
import {
	isPriority,
	PRIORITIZED,
	prioritized,
	timeOfLevel,
	withoutPriority,
} from "../../../../src/line/batches/priority.ts";
import { batchFrom, eventFrom } from "../../../support/batch-reference.ts";

const BATCH = batchFrom("B1-RT1", { events: ["A+1"] });
const event = (level: number) => ({ ...eventFrom("P+0"), type: PRIORITIZED, time: timeOfLevel(level) });

test("level 1 to 9 are the first nine days of 1970", () => {
	expect([1, 2, 9].map((level) => timeOfLevel(level).toISOString().slice(0, 10))).toEqual([
		...["1970-01-01", "1970-01-02", "1970-01-09"],
	]);
	const isFirst = (time: string) => isPriority({ ...eventFrom("A+1"), time: new Date(time) });
	expect(["1970-01-01", "1970-01-09T23:59:59.999Z", "1970-01-10", "1969-12-31T23:59:59.999Z"].map(isFirst)).toEqual([
		...[true, true, false, false],
	]);
});

test("another level takes the place of ours; the same one again changes nothing", () => {
	const third = prioritized(BATCH, event(3));
	expect(third.events.map(({ type }) => type)).toEqual([PRIORITIZED, "A"]);
	expect(third.firstEvent).toEqual(timeOfLevel(3));
	expect(prioritized(third, event(3))).toBe(third);
	const first = prioritized(third, event(1));
	expect(first.events.map(({ type }) => type)).toEqual([PRIORITIZED, "A"]);
	expect(first.firstEvent).toEqual(timeOfLevel(1));
});

test("events of other programs stay where a level is given, and go where it is taken back", () => {
	const theirs = appended(BATCH, { ...eventFrom("Rushed+0"), time: timeOfLevel(2) });
	const both = prioritized(theirs, event(5));
	expect(both.events.map(({ type }) => type)).toEqual([PRIORITIZED, "A", "Rushed"]);
	expect(withoutPriority(both).events.map(({ type }) => type)).toEqual(["A"]);
	expect(withoutPriority(both).firstEvent).toEqual(BATCH.firstEvent);
	expect(withoutPriority(BATCH)).toBe(BATCH);
});
