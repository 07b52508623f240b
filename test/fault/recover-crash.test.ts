import { expect, test } from "bun:test";
import { ObjectId } from "mongodb";
import { pairCounts } from "../support/queue.ts";
import { RecoverScene, stencil } from "../support/recover-scene.ts";

const KILLS = 20;
const WINDOW = 2;
const CHUNK = 10;
const TANGLES = 16;
/** Pairs of the two stencils that are pushed, one of them from its beginning. */
const PAIRS = 2 * TANGLES * TANGLES - 10 * TANGLES;

/** A collection damaged in every way that is repaired, with something to push: but for what is in `also`. */
async function damaged(also: { readonly missing: readonly number[] }): Promise<RecoverScene> {
	const producer = `window: ${WINDOW}, chunk: ${CHUNK}, headroom: 1000000`;
	const scene = await RecoverScene.create({ pageSize: 1, producer }, TANGLES);
	const { stencils } = scene.run;
	await stencils.deleteMany({ TCN: { $in: [8] }, rootstock_tcn: { $ne: 4 } });
	await stencils.deleteMany({ TCN: { $in: [...also.missing] }, rootstock_tcn: 2 });
	await stencils.insertOne(stencil(2, 2, { _id: new ObjectId() }));
	await scene.set(2, 4, { cursor: scene.cursor(2, 2, 4, 0), epoch: 30, progress: "much" });
	await scene.set(4, 4, { state: 1, cursor: scene.cursor(4, 2, 4, 0) });
	const { scion } = scene.cursor(1, 0, 5, 2);
	await scene.set(3, 4, { state: 2, cursor: { ...scene.cursor(3, 2, 4, 0), scion }, epoch: "none" });
	await scene.set(2, 5, { state: 1, cursor: scene.cursor(2, 10, 5, 0) });
	await scene.setConfig({ work: { tcn: 12, processed: 0, failed: 0 } });
	return scene;
}

/**
 * What is to be the same however often a run was killed: ids and epochs of one run, and the server's counters, are not.
 */
async function endState(scene: RecoverScene): Promise<object> {
	const documents = await scene.documents();
	const work = (await scene.run.config())?.work;
	await using eye = await scene.run.eye();
	const pairs = pairCounts(await eye.take());
	documents.set("config", { ...documents.get("config"), work: work instanceof Object && "tcn" in work && work.tcn });
	return { documents, pairs: pairs.size };
}

async function killedAfter(scene: RecoverScene, ms: number, ...words: string[]): Promise<number> {
	const run = scene.run.start("recover", "--no-lock", ...words);
	// The moment itself is what is tried: no event marks it.
	await Bun.sleep(ms);
	run.kill("SIGKILL");
	return (await run.ended()).code;
}

test.each([
	["interrupted stencils are pushed", { missing: [] }, PAIRS],
	["a TCN is opened again, and nothing above it is pushed", { missing: [5] }, 0],
])(`SIGKILL at ${KILLS} random moments, %s: the end state is that of an undisturbed run`, async (_, also, pairs) => {
	await using calm = await damaged(also);
	const began = performance.now();
	expect(await calm.run.run("recover", "--no-lock")).toMatchObject({ code: 0 });
	let takes = performance.now() - began;
	const wanted = await endState(calm);
	expect(wanted).toMatchObject({ pairs });
	let kills = 0;
	while (kills < KILLS) {
		await using scene = await damaged(also);
		let here = 0;
		while (kills < KILLS) {
			const ms = Math.random() * takes;
			if ((await killedAfter(scene, ms)) === 0) {
				// It ended before, all of it: the machine is quicker than it was.
				if (here === 0) takes = Math.min(takes, ms);
				break;
			}
			kills += 1;
			here += 1;
		}
		expect(await scene.run.run("recover", "--no-lock")).toMatchObject({ code: 0 });
		await using eye = await scene.run.eye();
		expect(await eye.size()).toBeLessThanOrEqual(pairs + here * 2 * WINDOW * CHUNK);
		expect(await endState(scene)).toEqual(wanted);
		expect(await scene.recover()).toMatchObject({ code: 0, report: { findings: [], jobs: 0 } });
	}
});

test("SIGKILL of --restart-tcn: a plain recover finishes it where it has begun, and nothing is half done", async () => {
	const settled = async (scene: RecoverScene) => {
		expect(await scene.recover()).toMatchObject({ code: 0 });
		return await scene.documents();
	};
	await using calm = await RecoverScene.create();
	const untouched = await calm.documents();
	const began = performance.now();
	await calm.recover("--restart-tcn", "4", "--yes");
	const takes = performance.now() - began;
	const restarted = await settled(calm);
	const outcomes = new Set<string>();
	let [from, to] = [takes * 0.4, takes];
	for (let kills = 0; kills < KILLS / 2; kills += 1) {
		await using scene = await RecoverScene.create();
		const ms = from + (to - from) * Math.random();
		await killedAfter(scene, ms, "--restart-tcn", "4", "--yes");
		// Looked at only now: what was under way as the run was killed may arrive after its end.
		const documents = await settled(scene);
		const begun = (await scene.run.config())?.current_completed_tcn === 3;
		outcomes.add(begun ? "begun" : "not begun");
		expect(documents).toEqual(begun ? restarted : untouched);
		// On a host that has become busier every kill would come before the restart has begun.
		if (!outcomes.has("begun")) [from, to] = [ms, to * 1.3];
	}
	expect(outcomes).toContain("begun");
});
