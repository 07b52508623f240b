import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Fault, messageOf } from "../../../../src/base/fault.ts";
import { passedOverFault } from "../../../../src/line/component/passed-over.ts";
import type { Procedure } from "../../../../src/line/component/station.ts";
import { at, batchFrom, malformedFrom } from "../../../support/batch-reference.ts";
import { batchLock, StationScene } from "../../../support/station-scene.ts";

const ARCHIVED = { events: ["Archived+1"] };
const would = ({ batch, would }: { batch: string; would: string }) => [batch, would] as const;

test("take, skip, leave, not ready, pass over: each with its reason; nothing is written", async () => {
	const trouble = new Map([["B3-RT1", new Fault("refused", "may not create a node")]]);
	const scene = new StationScene({ component: { queueLength: 2 }, trouble });
	await scene.add(ARCHIVED, ARCHIVED, ARCHIVED, { events: ["Other+1"] }, ARCHIVED, ARCHIVED, ARCHIVED);
	scene.store.spoil(malformedFrom("B2-RT1", at(1), at(1)));
	scene.store.spoil(malformedFrom("B7-RT1", at(6), at(1)));
	await scene.store.add(batchFrom("B0-RT1", { ...ARCHIVED, created: 2 }));
	await scene.lock(batchLock("B0-RT1"));
	const before = [scene.store.contents(), scene.ensemble.tree.paths()];
	const { plan, passedOver } = await scene.plan();
	expect(plan.batches).toEqual([
		{ batch: "B1-RT1", would: "take", why: "" },
		{ batch: "B2-RT1", would: "pass over", why: expect.stringContaining("modified is not a date") },
		{ batch: "B0-RT1", would: "skip", why: "is held by another" },
		{ batch: "B3-RT1", would: "pass over", why: "may not create a node" },
		{ batch: "B4-RT1", would: "not ready", why: "past Archived: never happened" },
		{ batch: "B5-RT1", would: "take", why: "" },
		{ batch: "B6-RT1", would: "leave", why: "the run has room for 2" },
		{
			batch: "B7-RT1",
			would: "leave",
			why: expect.stringContaining("the run has room for 2; memory.batches: document _id"),
		},
	]);
	expect(plan).toMatchObject({ component: "Sample", room: 2, left_out: 0 });
	expect(passedOver.map(({ batch, fault }) => [batch, fault.kind])).toEqual([
		["B2-RT1", "data"],
		["B3-RT1", "refused"],
	]);
	expect([scene.store.contents(), scene.ensemble.tree.paths()]).toEqual(before);
});

test("a malformed document that the query does not find keeps no run: not ready, with what is wrong", async () => {
	const scene = new StationScene();
	await scene.add({ events: [] });
	scene.store.spoil(malformedFrom("B1-RT1", at(0)));
	const { plan, passedOver } = await scene.plan();
	expect(plan.batches).toMatchObject([{ would: "not ready", why: expect.stringContaining("modified is not a date") }]);
	expect(passedOver).toEqual([]);
	await scene.run();
});

test("why a batch is not ready: the conditions that fail, and times that lie in the future", async () => {
	const scene = new StationScene();
	const ahead = { ...batchFrom("B1-RT1", { events: [] }), modified: new Date(Date.now() + 3_600_000) };
	await scene.store.add(ahead);
	const [row] = (await scene.plan()).plan.batches;
	expect(row?.why).toMatch(/^past Archived: never happened; the last change: its time .* ahead of this host's clock$/);
});

test("of batches that are not ready the first 1000 are listed, the others counted", async () => {
	const scene = new StationScene();
	await scene.add(...Array.from({ length: 1003 }, () => ({ events: [] })), { events: ["Archived+2000"] });
	const { plan } = await scene.plan();
	expect([plan.batches.length, plan.left_out, plan.batches.at(-1)?.would]).toEqual([1001, 3, "take"]);
});

test("procedure 1 has room for one", async () => {
	const scene = new StationScene();
	await scene.archived(2);
	expect((await scene.plan(1)).plan).toMatchObject({ room: 1, batches: [{ would: "take" }, { would: "leave" }] });
});

describe("a dry run and the run that follows it", () => {
	const KINDS = [
		"plain",
		"done",
		"not archived",
		"failed",
		"locked",
		"malformed",
		"undated",
		"full",
		"refused",
	] as const;
	const lines = fc.record({
		kinds: fc.array(fc.constantFrom(...KINDS), { maxLength: 14 }),
		created: fc.array(fc.nat(5), { minLength: 14, maxLength: 14 }),
		pageSize: fc.integer({ min: 1, max: 4 }),
		queueLength: fc.integer({ min: 1, max: 5 }),
		procedure: fc.constantFrom<Procedure>(1, 2),
		conditions: fc.constantFrom(
			{ past: ["Archived"], future: ["Sampled"], old: [], types: [] },
			{ past: [], future: [], old: ["Sampled"], types: [] },
			{ past: ["Archived"], future: [], old: [], types: ["paper"] },
		),
	});
	const EVENTS: Partial<Record<(typeof KINDS)[number], string[]>> = {
		...{ done: ["Archived+1", "Sampled+2"], "not archived": [], failed: ["Archived-1"] },
	};

	test("take, skip and pass over the same batches for the same reasons, and end with the same fault", async () => {
		await fc.assert(
			fc.asyncProperty(lines, async ({ kinds, created, pageSize, queueLength, procedure, conditions }) => {
				const trouble = new Map<string, Fault>();
				const scene = new StationScene({ component: { pageSize, queueLength, ...conditions }, trouble });
				for (const [n, kind] of kinds.entries()) {
					const id = `B${n}-RT1`;
					const batch = batchFrom(id, { events: EVENTS[kind] ?? ["Archived+1"], created: created[n] ?? 0 });
					await scene.store.add(kind === "full" ? { ...batch, otherBytes: 15 * 1024 * 1024 - 50_000 } : batch);
					if (kind === "locked") await scene.lock(batchLock(id));
					if (kind === "malformed") scene.store.spoil(malformedFrom(id, batch.created, batch.firstEvent));
					if (kind === "undated") scene.store.spoil(malformedFrom(id));
					if (kind === "refused") trouble.set(id, new Fault("refused", `may not lock ${id}`));
				}
				const before = [scene.store.contents(), scene.ensemble.tree.paths()];
				const { plan, passedOver } = await scene.plan(procedure);
				expect([scene.store.contents(), scene.ensemble.tree.paths()]).toEqual(before);
				const ended = await scene.run(procedure).catch(messageOf);
				const rows = (kind: string) => plan.batches.filter((row) => row.would === kind);
				const passed = scene.events.flatMap((it) => (it.event === "passed-over" ? [[it.batch, it.why]] : []));
				expect(rows("take").map(({ batch }) => batch)).toEqual(scene.ids("taken"));
				expect(rows("skip").map(({ batch }) => batch)).toEqual(scene.ids("skipped"));
				expect(rows("pass over").map(({ batch, why }) => [batch, why])).toEqual(passed);
				expect(ended).toBe(passedOver.length === 0 ? undefined : passedOverFault(passedOver).message);
				expect(plan.batches.map(would).length).toBe(kinds.length);
			}),
			{ numRuns: 300 },
		);
	});
});
