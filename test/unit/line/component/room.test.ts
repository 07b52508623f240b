import { expect, test } from "bun:test";
import type { Batch } from "../../../../src/line/batches/batch.ts";
import { appended } from "../../../../src/line/batches/events.ts";
import { largestReportBytes } from "../../../../src/line/component/first-failures.ts";
import { noRoom } from "../../../../src/line/component/room.ts";
import { batchFrom, eventFrom } from "../../../support/batch-reference.ts";
import { STATION } from "../../../support/station-scene.ts";

const store = (room: number) => ({ room: () => room });
const EMPTY = batchFrom("B1-RT1", { events: [] });
const NEEDED = largestReportBytes(STATION.maxResults) + 4096 + "Sample1.0Sampled".length;

const filled = (type: string, count: number, bytes: number): Batch =>
	Array.from({ length: count }).reduce<Batch>(
		(batch) => appended(batch, { ...eventFrom(`${type}+1`), details: "x".repeat(bytes) }),
		appended(EMPTY, eventFrom("Other-1")),
	);

test("the largest report that the component may record must fit, to the byte", () => {
	expect(noRoom(store(NEEDED), EMPTY, STATION)).toBeUndefined();
	expect(noRoom(store(NEEDED - 1), EMPTY, STATION)).toMatchObject({
		...{
			kind: "failed",
			message: "B1-RT1: its document has room for 0.1 MB, and the outcome may need 0.1 MB; no work was started",
		},
	});
});

test("a component that keeps more failures needs more room, up to 1 MB of them", () => {
	const needs = [0, 1, 2, 100, 1_000_000].map((most) => largestReportBytes(most));
	expect(needs.toSorted((a, b) => a - b)).toEqual(needs);
	expect(needs[4]).toBe(needs[3] ?? 0);
	expect(noRoom(store(NEEDED), EMPTY, { ...STATION, maxResults: 100 })?.message).toContain("may need 1.2 MB");
});

test.each<[string, Batch, string]>([
	[
		"events",
		filled("Page_Read", 8, 100_000),
		"the 8 events Page_Read have 0.8 MB (of 9 in all): remove what is not needed in mongosh, then run `tangles init`; commands keep what they take away",
	],
	["one event", filled("Page_Read", 1, 100_000), "the event Page_Read has 0.1 MB (of 2 in all): remove"],
	[
		"fields of other programs",
		{ ...filled("Page_Read", 1, 100), otherBytes: 15_000_000 },
		"fields of other programs in its document have 15.0 MB: remove them there",
	],
	[
		"fields of other programs alone",
		{ ...EMPTY, otherBytes: 1_000_000 },
		"fields of other programs in its document have 1.0 MB",
	],
])("the hint names what takes the room: %s", (_, batch, hint) => {
	const fault = noRoom(store(100), batch, STATION);
	expect(fault?.message).toContain("its document has no room, and");
	expect(fault?.hint).toContain(hint);
});
