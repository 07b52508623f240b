import { expect, test } from "bun:test";
import { Fault } from "../../../../src/base/fault.ts";
import type { Batch } from "../../../../src/line/batches/batch.ts";
import { appended, touched } from "../../../../src/line/batches/events.ts";
import type { PassedOver } from "../../../../src/line/component/passed-over.ts";
import { takeBatches } from "../../../../src/line/component/take.ts";
import { at, batchFrom, eventFrom, malformedFrom } from "../../../support/batch-reference.ts";
import { batchLock, StationScene } from "../../../support/station-scene.ts";

/** Takes up to `most` batches of the scene. */
async function take(scene: StationScene, most = 10) {
	const passedOver: PassedOver[] = [];
	const tools = await scene.tools();
	const taken = await takeBatches(tools, most, passedOver);
	return { taken: taken.map(({ batch }) => batch.id), locks: taken.map(({ lock }) => lock), passedOver };
}

test("ready batches, oldest first, page after page: each is locked and claimed", async () => {
	const scene = new StationScene();
	const ids = await scene.archived(7);
	const { taken, locks } = await take(scene);
	expect(taken).toEqual(ids);
	expect(locks.map(({ path, state }) => [path, state])).toEqual(ids.map((id) => [batchLock(id), "held"]));
	for (const id of ids) {
		expect(await scene.batch(id)).toMatchObject({ claim: 1, takers: [{ component: "Sample", claim: 1 }], version: 1 });
	}
	expect(scene.event("taken", "B1-RT1")).toMatchObject({ claim: 1, token: locks[0]?.token });
});

test("what is behind the last batch asked for is not touched", async () => {
	const scene = new StationScene();
	const [, , third = ""] = await scene.archived(3);
	expect((await take(scene, 2)).taken).toEqual(["B1-RT1", "B2-RT1"]);
	expect(await scene.batch(third)).toMatchObject({ claim: 0, version: 0 });
	expect(scene.ensemble.tree.paths()).not.toContain(batchLock(third));
});

test("a batch that is locked elsewhere is skipped, with its holder, and the next one is taken", async () => {
	const scene = new StationScene();
	const [first = "", second = ""] = await scene.archived(2);
	await scene.lock(batchLock(first));
	expect((await take(scene)).taken).toEqual([second]);
	expect(scene.event("skipped", first)).toMatchObject({
		why: expect.stringContaining(`${batchLock(first)} is held by`),
	});
	expect(await scene.batch(first)).toMatchObject({ claim: 0, version: 0 });
});

/** A scene in which `change` happens to the first of two batches between the query and the look under its lock. */
function changedBetween(change: (scene: StationScene, batch: Batch) => void | Promise<void>): StationScene {
	let finds = 0;
	const scene: StationScene = new StationScene({
		before: async (call) => {
			if (call !== "find") return;
			finds += 1;
			if (finds === 1) await change(scene, await scene.batch("B1-RT1"));
		},
	});
	return scene;
}

test.each<[string, (scene: StationScene, batch: Batch) => void | Promise<void>, string]>([
	[
		"done by another",
		async (scene, batch) => void (await scene.store.store(appended(batch, eventFrom("Sampled+2")))),
		"no longer ready: future Sampled: happened",
	],
	["removed", (scene) => scene.store.remove("B1-RT1"), "no longer ready: memory.batches: there is no batch B1-RT1"],
])("%s between query and lock: skipped, its lock is given back", async (_, change, why) => {
	const scene = changedBetween(change);
	await scene.archived(2);
	expect((await take(scene)).taken).toEqual(["B2-RT1"]);
	expect(scene.event("skipped", "B1-RT1")).toMatchObject({ why });
	expect(scene.lockNodes().filter((path) => path.startsWith(batchLock("B1-RT1")))).toEqual([]);
});

test("malformed before the query or after it: passed over with what is wrong and what to do", async () => {
	const scene = changedBetween((line) => line.store.spoil(malformedFrom("B1-RT1", at(0))));
	await scene.archived(3);
	scene.store.spoil(malformedFrom("B2-RT1", at(1)));
	const { taken, passedOver } = await take(scene);
	expect(taken).toEqual(["B3-RT1"]);
	expect(passedOver.map(({ batch, fault }) => [batch, fault.kind])).toEqual([
		["B1-RT1", "data"],
		["B2-RT1", "data"],
	]);
	expect(scene.event("passed-over", "B2-RT1")).toEqual({
		...{ event: "passed-over", batch: "B2-RT1", hint: "correct B2-RT1 by hand" },
		why: 'memory.batches: document _id "B2-RT1": modified is not a date (found null)',
	});
	expect(scene.lockNodes().filter((path) => path.startsWith(batchLock("B1-RT1")))).toEqual([]);
});

test("no room for the outcome: passed over, not claimed, its lock is given back", async () => {
	const scene = new StationScene();
	const full = { ...batchFrom("B1-RT1", { events: ["Archived+1"] }), otherBytes: 15 * 1024 * 1024 - 50_000 };
	await scene.store.add(full);
	const { taken, passedOver } = await take(scene);
	expect(taken).toEqual([]);
	expect(passedOver[0]?.fault).toMatchObject({
		kind: "failed",
		message: expect.stringContaining("no work was started"),
	});
	expect(await scene.batch("B1-RT1")).toEqual(full);
	expect(scene.lockNodes().filter((path) => path.startsWith("/Sample"))).toEqual([]);
});

test("a lock that cannot be had is that batch's trouble alone", async () => {
	const trouble = new Map([["B1-RT1", new Fault("refused", "may not create a node")]]);
	const scene = new StationScene({ trouble });
	await scene.archived(2);
	const { taken, passedOver } = await take(scene);
	expect(taken).toEqual(["B2-RT1"]);
	expect(passedOver).toEqual([{ batch: "B1-RT1", fault: trouble.get("B1-RT1") as Fault }]);
});

test("another write comes between the look under the lock and the claim: looked at again, then claimed", async () => {
	let stores = 0;
	const scene: StationScene = new StationScene({
		before: async (call) => {
			if (call !== "store") return;
			stores += 1;
			if (stores === 1) await scene.store.store(appended(await scene.batch("B1-RT1"), eventFrom("Other+2")));
		},
	});
	await scene.archived(1);
	expect((await take(scene)).taken).toEqual(["B1-RT1"]);
	expect(await scene.batch("B1-RT1")).toMatchObject({ claim: 1, version: 2, seen: ["Archived", "Other"] });
});

test("a last change in the future is told, and taken back to now", async () => {
	const scene = new StationScene();
	const future = new Date(Date.now() + 3_600_000);
	await scene.store.add(touched(batchFrom("B1-RT1", { events: ["Archived+1"] }), future));
	expect((await take(scene)).taken).toEqual(["B1-RT1"]);
	expect(scene.event("clock", "B1-RT1")).toMatchObject({ why: expect.stringContaining("ahead of this host's clock") });
	expect((await scene.batch("B1-RT1")).modified.getTime()).toBeLessThanOrEqual(Date.now());
});

test.each([
	["the run is stopped", (scene: StationScene) => scene.stop.abort(new Fault("interrupt", "stopped")), "interrupt"],
	["the session is lost", (scene: StationScene) => scene.session.expire(), "lost"],
] as const)("%s after two were taken: it throws that, and no lock of theirs stays", async (_, end, kind) => {
	const scene: StationScene = new StationScene({
		onEvent: (event) => {
			if (event.event === "taken" && event.batch === "B2-RT1") end(scene);
		},
	});
	await scene.archived(4);
	await expect(take(scene)).rejects.toMatchObject({ kind });
	expect(scene.ids("taken")).toEqual(["B1-RT1", "B2-RT1"]);
	expect(scene.lockNodes().filter((path) => path.startsWith("/Sample"))).toEqual([]);
	expect((await scene.batch("B3-RT1")).claim).toBe(0);
});

test("the database is away: it throws that, and no lock of a batch stays", async () => {
	let stores = 0;
	const scene = new StationScene({
		before: (call) => {
			if (call !== "store") return;
			stores += 1;
			if (stores === 2) throw new Fault("unreachable", "MongoDB is away");
		},
	});
	await scene.archived(2);
	await expect(take(scene)).rejects.toMatchObject({ kind: "unreachable" });
	expect(scene.lockNodes().filter((path) => path.startsWith("/Sample"))).toEqual([]);
});
