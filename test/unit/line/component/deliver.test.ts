import { expect, test } from "bun:test";
import { updateBatch } from "../../../../src/line/batches/change.ts";
import { without } from "../../../../src/line/batches/events.ts";
import { keepingRemoved } from "../../../../src/line/batches/history.ts";
import type { BatchStoreCall } from "../../../../src/line/batches/in-memory.ts";
import { readWritten, type WorkReport } from "../../../../src/line/component/report.ts";
import { at, batchFrom, malformedFrom } from "../../../support/batch-reference.ts";
import { StationScene, SUCCESS } from "../../../support/station-scene.ts";

const IDS = ["B1-RT1", "B1-RT2", "B1-RT3"] as const;
const [ID, SECOND, THIRD] = IDS;
const stopping = (round_trip: number) => ({ round_trip, type: "Stopped", success: true, details: "why" });
const REPORT: WorkReport = { ...SUCCESS, events: [stopping(2), stopping(3)] };

/** Three round trips, the first of which is ready; its work has an event for each of the others. */
async function scene(before?: (call: BatchStoreCall) => void, report = REPORT) {
	const line = new StationScene({ work: () => report, ...(before && { before }) });
	for (const id of IDS) await line.store.add(batchFrom(id, { events: id === ID ? ["Archived+1"] : [] }));
	return line;
}

const stopped = async (line: StationScene, id: string) =>
	(await line.batch(id)).events.filter(({ type }) => type === "Stopped");

test("the outcome is stored with its events for others by one write; they are recorded there, and the outbox is empty", async () => {
	const line = await scene();
	await line.run();
	for (const [n, id] of [SECOND, THIRD].entries()) {
		const sent = { agent: "Sample-1.0", details: "why", from: `${ID} Sample 1 ${n}`, time: new Date(SUCCESS.date) };
		expect(await stopped(line, id)).toEqual([expect.objectContaining({ success: true, ...sent })]);
	}
	const own = await line.batch(ID);
	expect(own.outbox).toEqual([]);
	expect(JSON.parse(own.events.at(-1)?.details ?? "")).toEqual({ ...SUCCESS });
	expect(line.events.flatMap((event) => (event.event === "sent" ? [event.to] : []))).toEqual([SECOND, THIRD]);
});

test("a run that ends at any call of the store, and the next one: no event is lost, and none is there twice", async () => {
	for (let end = 1; ; end += 1) {
		let calls = 0;
		let ended = false;
		const line = await scene((call) => {
			// What stands before is the scene's own.
			if (call === "add" || ended) return;
			calls += 1;
			if (calls !== end) return;
			ended = true;
			throw new Error("killed");
		});
		const first = await line.run().then(
			() => "whole",
			() => "ended",
		);
		ended = true;
		await line.run();
		expect((await line.recorded(ID)).length).toBe(1);
		for (const id of [SECOND, THIRD]) expect({ end, events: await stopped(line, id) }).toMatchObject({ events: [{}] });
		expect(await line.store.withOutgoing("Sample")).toEqual([]);
		if (first === "whole") {
			expect(end).toBeGreaterThan(10);
			return;
		}
	}
});

test("an event that a person has taken away is not recorded a second time by somebody slow", async () => {
	const line = await scene();
	await line.run();
	const [{ from: key = "", ...event } = { type: "", success: true, time: at(0), agent: "", details: "" }] =
		await stopped(line, SECOND);
	const note = { what: "rm-event", by: "me", time: at(9), reason: "" };
	await updateBatch(line.store, SECOND, (batch) => keepingRemoved(batch, without(batch, "Stopped"), note));
	const late = { key, component: "Sample", to: SECOND, event };
	await updateBatch(line.store, ID, (batch) => ({ ...batch, outbox: [late] }));
	await line.run();
	expect(await stopped(line, SECOND)).toEqual([]);
	expect(await line.store.withOutgoing("Sample")).toEqual([]);
});

test("another round trip is malformed: its event waits and is told, the others are recorded, data", async () => {
	const line = await scene();
	line.store.spoil(malformedFrom(SECOND, at(0)));
	await expect(line.run()).rejects.toMatchObject({ kind: "data" });
	expect(line.event("not-sent", ID)).toMatchObject({
		to: SECOND,
		type: "Stopped",
		why: expect.stringContaining("not a date"),
	});
	expect((await stopped(line, THIRD)).length).toBe(1);
	expect((await line.batch(ID)).outbox).toMatchObject([{ to: SECOND }]);
	expect((await line.recorded(ID)).length).toBe(1);
});

test("a report that records nothing has nothing for others either", async () => {
	const line = await scene(undefined, { ...REPORT, preservable: false });
	await line.run();
	expect([await stopped(line, SECOND), (await line.batch(ID)).outbox]).toEqual([[], undefined]);
});

test.each([
	[{ round_trip: "2", type: "X", success: true }, "events.0.round_trip is not the number of a round trip"],
	[{ round_trip: 2, type: "a,b", success: true }, "events.0.type is not a name"],
	[{ round_trip: 2, type: "X" }, "events.0.success"],
	["X", "events.0 is not an event"],
])("a report whose event is %j: what is wrong", (event, says) => {
	expect(readWritten(JSON.stringify({ events: [event] }))).toContain(says);
});

test("a report has at most 100 events for others, each with the beginning of its details", () => {
	const event = { round_trip: 2, type: "X", success: true, details: "x".repeat(2000) };
	const read = (count: number) => readWritten(JSON.stringify({ events: Array.from({ length: count }, () => event) }));
	expect(read(101)).toContain("events has more than 100 events");
	expect(read(1)).toMatchObject({ events: [{ details: "x".repeat(1000) }] });
});
