import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { inspectLock, waitersOf } from "../../../src/locks/inspect-lock.ts";
import { queueOf } from "../../../src/locks/queue.ts";
import { Contenders, contendersOf, taking, until } from "../../support/lock-memory.ts";

test("contenders of both layouts wait behind one holder, and are placed in their layers", async () => {
	const ensemble = new InMemoryEnsemble();
	await acquire(ensemble.open(), "/x", taking("both"));
	await using contenders = new Contenders(ensemble);
	for (const layout of ["flat", "v2", "both"] as const) {
		contenders.add(layout);
		const [flat, mutex] = { flat: [2, 0], v2: [2, 1], both: [3, 1] }[layout] as [number, number];
		await until(() => contendersOf(ensemble, "/x").length === flat);
		await until(() => contendersOf(ensemble, "/x/locks").length === mutex);
	}
	await until(() => contendersOf(ensemble, "/x/leases").length === 2);
	expect((await inspectLock(ensemble.open(), "/x"))?.waiting).toBe(3);
	const waiting = async (most: number) =>
		(await waitersOf(ensemble.open(), "/x", most)).map(({ layer, made_by }) => [layer, made_by?.layout]);
	expect(await waiting(10)).toEqual([
		["flat", "flat"],
		["flat", "both"],
		["mutex", "v2"],
	]);
	expect(await waiting(1)).toEqual([["flat", "flat"]]);
	expect(await waitersOf(ensemble.open(), "/none", 10)).toEqual([]);
	const queue = await queueOf(ensemble.open(), "/x");
	expect(queue?.map(({ layer, place, made_by }) => [layer, place, made_by?.layout])).toEqual([
		["flat", 1, "both"],
		["flat", 2, "flat"],
		["flat", 3, "both"],
		["mutex", 1, "v2"],
		["lease", 1, "both"],
		["lease", 2, "v2"],
	]);
});
