import { expect, test } from "bun:test";
import { hostname } from "node:os";
import { Fault } from "../../../../src/base/fault.ts";
import { claimed } from "../../../../src/line/batches/claim.ts";
import { appended, touched } from "../../../../src/line/batches/events.ts";
import type { BatchStoreCall } from "../../../../src/line/batches/in-memory.ts";
import type { TakenBatch, Tools } from "../../../../src/line/component/ports.ts";
import { record } from "../../../../src/line/component/record.ts";
import { takeBatches } from "../../../../src/line/component/take.ts";
import { eventFrom } from "../../../support/batch-reference.ts";
import { StationScene, SUCCESS } from "../../../support/station-scene.ts";

const ID = "B1-RT1";

/** A batch that is taken by a run, whose store calls are noted from then on. */
async function scene(before: (line: StationScene, call: BatchStoreCall) => void | Promise<void> = () => {}) {
	let taken: TakenBatch | undefined;
	const calls: BatchStoreCall[] = [];
	const line: StationScene = new StationScene({
		before: async (call) => {
			if (taken === undefined) return;
			calls.push(call);
			await before(line, call);
		},
	});
	await line.archived(1);
	const tools = await line.tools();
	[taken] = await takeBatches(tools, 1, []);
	if (taken === undefined) throw new Error("nothing was taken");
	return { line, tools, taken, calls };
}

test("nothing is asked of the store before the lock is certain; then the event is stored with the report", async () => {
	const { line, tools, taken, calls } = await scene();
	line.session.suspend();
	const recording = record(tools, taken, SUCCESS);
	await new Promise<void>((resolve) => setImmediate(resolve));
	expect(calls).toEqual([]);
	line.session.resume();
	await recording;
	expect(calls).toEqual(["find", "store"]);
	expect(await line.recorded(ID)).toEqual([
		{
			...{ type: "Sampled", success: true, time: new Date(SUCCESS.date), agent: "Sample-1.0" },
			...{ details: JSON.stringify(SUCCESS), at_version: 1, host: hostname() },
		},
	]);
});

test("nothing is stored when the lock is lost instead", async () => {
	const { line, tools, taken, calls } = await scene();
	line.session.suspend();
	const recording = record(tools, taken, SUCCESS);
	line.session.expire();
	await expect(recording).rejects.toMatchObject({ kind: "lost" });
	expect(calls).toEqual([]);
});

test("the lock is lost while the store is asked: it ends with the loss, and nothing is stored", async () => {
	const { line, tools, taken } = await scene((it, call) => {
		if (call === "store") it.session.expire();
	});
	await expect(record(tools, taken, SUCCESS)).rejects.toMatchObject({ kind: "lost" });
	expect(await line.recorded(ID)).toEqual([]);
});

test("another instance has taken the batch: lost, nothing recorded", async () => {
	const { line, tools, taken } = await scene();
	await line.store.store(claimed(await line.batch(ID), "Sample"));
	await expect(record(tools, taken, SUCCESS)).rejects.toMatchObject({
		...{ kind: "lost", message: "B1-RT1: another has taken the batch (claim 2, ours was 1)" },
	});
	expect(await line.recorded(ID)).toEqual([]);
});

test("another component has taken the batch too: recorded all the same", async () => {
	const { line, tools, taken } = await scene();
	await line.store.store(claimed(await line.batch(ID), "Copy"));
	await record(tools, taken, SUCCESS);
	expect(await line.recorded(ID)).toMatchObject([{ success: true }]);
});

test("another write comes first: recorded on top of it, once", async () => {
	let writes = 0;
	const { line, tools, taken, calls } = await scene(async (it, call) => {
		if (call !== "store") return;
		writes += 1;
		if (writes === 1) await it.store.store(appended(await it.batch(ID), eventFrom("Other+1")));
	});
	await record(tools, taken, SUCCESS);
	expect(calls.filter((call) => call === "store").length).toBe(3);
	expect((await line.batch(ID)).events.map(({ type }) => type)).toEqual(["Archived", "Other", "Sampled"]);
});

test.each([
	["the database is away", new Fault("unreachable", "MongoDB is away")],
	["the document is full", new Fault("failed", "its events would be larger")],
])("%s: it throws that, nothing is recorded", async (_, fault) => {
	const { line, tools, taken } = await scene((__, call) => {
		if (call === "store") throw fault;
	});
	await expect(record(tools, taken, SUCCESS)).rejects.toBe(fault);
	expect(await line.recorded(ID)).toEqual([]);
});

test("a newer event of another host outranks it: recorded, and told with both times and who", async () => {
	const { line, tools, taken } = await scene();
	const newer = { ...eventFrom("Sampled-1"), time: new Date("2026-12-01T00:00:00Z"), agent: "Sample-1.0 on fast" };
	await line.store.store(appended(await line.batch(ID), newer));
	await record(tools, taken, SUCCESS);
	expect(line.event("clock", ID)).toMatchObject({
		why: "Sampled of 2026-11-24T00:00:00.000Z is recorded and does not count: one by Sample-1.0 on fast has the time 2026-12-01T00:00:00.000Z",
	});
	expect((await line.recorded(ID)).length).toBe(2);
});

test("a last change that another host has put into the future meanwhile is taken back to now", async () => {
	const { line, tools, taken } = await scene();
	await line.store.store(touched(await line.batch(ID), new Date(Date.now() + 3_600_000)));
	await record(tools, taken, SUCCESS);
	const after = await line.batch(ID);
	expect(after.modified.getTime()).toBeLessThanOrEqual(Date.now());
	expect(after.current).not.toContain("Sampled");
});

test("the agent is the component with its version; a report that says Failure is a failed event", async () => {
	const { line, tools, taken } = await scene();
	const component = { ...tools.component, version: "2.7" };
	await record({ ...tools, component } satisfies Tools, taken, { ...SUCCESS, outcome: "Failure" });
	expect(await line.recorded(ID)).toMatchObject([{ success: false, agent: "Sample-2.7" }]);
});
