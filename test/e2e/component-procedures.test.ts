import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appended } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { shared } from "../support/servers.ts";

/** Notes its start, waits for its gate, notes its end. */
const GATED =
	'echo "start $1" >>"$0/log"; until [ -e "$0/open-$1" ] || [ -e "$0/open" ]; do sleep 0.02; done; echo "end $1" >>"$0/log"';

const open = (scene: ComponentScene, id?: string) =>
	writeFile(join(scene.folder, id === undefined ? "open" : `open-${id}`), "");

/** Paths of the locks that are held. */
async function held(scene: ComponentScene): Promise<string[]> {
	const { out } = await scene.command(["locks", "ls", "--json"]).ended();
	const { locks } = JSON.parse(out) as { locks: { path: string; holders: unknown[] }[] };
	return locks.filter(({ holders }) => holders.length > 0).map(({ path }) => path);
}

test.each(["mongo", "ferretdb"] as const)(
	"procedure 2: locks as many as its queue has room for, works on max-threads at a time, records each as it ends, holds SBOI to the end (%s)",
	async (engine) => {
		await using scene = await ComponentScene.create({
			components: { Sample: { ...SAMPLE, "queue-length": 5, "max-threads": 2 } },
			mongo: shared[engine](),
		});
		const ids = await scene.archived(7);
		const [first = "", second = "", third = ""] = ids;
		const run = scene.start(GATED, "--json");
		for (const id of ids.slice(0, 5)) expect(await run.line('"taken"')).toContain(id);
		for (const id of [first, second]) expect(await run.line('"started"')).toContain(id);
		expect(await held(scene)).toEqual(["/SBOI/Sample", ...ids.slice(0, 5).map((id) => `/Sample/${id}`)]);

		const refused = await scene.run("true");
		expect({ code: refused.code, out: refused.out }).toEqual({ code: 75, out: "" });
		expect(refused.err).toMatch(/\/SBOI\/Sample is held by \S+:\d+ \S+ since \S+ \(tangles\), waited 5 s/);
		expect(await scene.run("true", "--wait", "100ms", "--if-locked", "skip", "-q")).toEqual({
			code: 0,
			out: "",
			err: "",
		});

		await open(scene, first);
		expect(await run.line('"worked"')).toContain(first);
		expect(await scene.outcomes(first)).toEqual([true]);
		expect(await run.line('"started"')).toContain(third);
		expect(await held(scene)).toEqual(["/SBOI/Sample", ...ids.slice(1, 5).map((id) => `/Sample/${id}`)]);
		expect(await scene.outcomes(second)).toEqual([]);

		await open(scene);
		const { code, out } = await run.ended();
		expect(code).toBe(0);
		expect(out).toContain('"succeeded":5,"failed":0,"abandoned":0');
		let running = 0;
		for (const line of await scene.lines("log")) {
			running += line.startsWith("start") ? 1 : -1;
			expect(running).toBeLessThanOrEqual(2);
		}
		const outcomes = await Promise.all(ids.map((id) => scene.outcomes(id)));
		expect(outcomes).toEqual([...Array.from({ length: 5 }, () => [true]), [], []]);
		expect(await held(scene)).toEqual([]);
	},
);

test.each(["mongo", "ferretdb"] as const)(
	"procedure 1: three instances side by side take three different batches, and SBOI is free while they work (%s)",
	async (engine) => {
		await using scene = await ComponentScene.create({ mongo: shared[engine]() });
		const ids = await scene.archived(4);
		const runs = Array.from({ length: 3 }, () => scene.start(GATED, "--procedure", "1", "--json"));
		const started = await Promise.all(runs.map(async (run) => JSON.parse(await run.line('"started"')).batch));
		expect(started.toSorted()).toEqual(ids.slice(0, 3));
		expect(await held(scene)).toEqual(ids.slice(0, 3).map((id) => `/Sample/${id}`));
		await open(scene);
		for (const run of runs) expect((await run.ended()).code).toBe(0);
		for (const id of ids.slice(0, 3)) expect(await scene.outcomes(id)).toEqual([true]);
		expect(await scene.outcomes(ids[3] ?? "")).toEqual([]);
	},
);

test.each(["mongo", "ferretdb"] as const)(
	"the existing components' lines are printed; the oldest batch comes first (%s)",
	async (engine) => {
		await using scene = await ComponentScene.create({
			components: { Sample: { ...SAMPLE, "queue-length": 3 } },
			mongo: shared[engine](),
		});
		const ids = await scene.archived(3);
		const { code, out, err } = await scene.run('[ "$1" != B400000000002-RT1 ]');
		expect(code).toBe(1);
		expect(out).toBe(
			`Worked on ${ids[0]} successfully\nFailed to process ${ids[1]}\nWorked on ${ids[2]} successfully\n`,
		);
		expect(err).toContain(`1 of 3 batches failed: ${ids[1]}`);
		expect(err).toContain("tangles batches restart ID");
	},
);

test("under -q nothing is said where there is nothing to do", async () => {
	await using scene = await ComponentScene.create();
	expect(await scene.run("true", "-q")).toEqual({ code: 0, out: "", err: "" });
});

test("a batch that another instance finished between query and lock is not worked on", async () => {
	await using scene = await ComponentScene.create();
	// Registers the station; then what is ready is derived for it before the run looks.
	expect((await scene.run("true")).code).toBe(0);
	const [id = "", next = ""] = await scene.archived(2);
	expect((await scene.command(["init"]).ended()).code).toBe(0);
	// The answer to the query is kept on its way until somebody else has done the first batch.
	const answer = scene.mongoProxy.stop("reply", id);
	const run = scene.start('echo "$1" >>"$0/log"', "--json");
	const stopped = await answer;
	const batch = await scene.batch(id);
	const event = { type: "Batch_Sampled", success: true, time: new Date(), agent: "another", details: "" };
	expect(await scene.store.store(appended(batch, event))).toBe(true);
	stopped.pass();
	expect(JSON.parse(await run.line('"skipped"'))).toMatchObject({
		batch: id,
		why: "no longer ready: future Batch_Sampled: happened",
	});
	expect((await run.ended()).code).toBe(0);
	expect(await scene.lines("log")).toEqual([next]);
	expect((await scene.batch(id)).claim).toBe(0);
	expect(await scene.outcomes(id)).toEqual([true]);
});

test("--dry-run: what a run would take, what is held, and which condition the others fail; nothing is touched", async () => {
	await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "queue-length": 2 } } });
	const ids = await scene.archived(4);
	await scene.archived(1, 5, "Newspaper");
	await scene.store.add(newBatch(parseBatchId("B9-RT2"), "Newspaper", new Date()));
	await using _ = { [Symbol.asyncDispose]: async () => await lock.release() };
	const lock = await scene.locks.take(`/Sample/${ids[0]}`);
	const { code, out } = await scene.run("true", "--dry-run", "--json");
	expect(code).toBe(0);
	const plan = JSON.parse(out);
	expect(plan).toMatchObject({ component: "Sample", room: 2, left_out: 0, locked: "" });
	expect(plan.batches.map(({ batch, would }: { batch: string; would: string }) => [batch, would])).toEqual([
		[ids[0], "skip"],
		[ids[1], "take"],
		[ids[2], "take"],
		[ids[3], "leave"],
		["B400000000005-RT1", "leave"],
		["B9-RT2", "not ready"],
	]);
	expect(plan.batches[0].why).toContain("is held by");
	expect(plan.batches[5].why).toBe("past Data_Archived: never happened");
	const text = await scene.run("true", "--dry-run");
	expect(text.out).toContain("not ready  past Data_Archived: never happened");
	expect(await Promise.all(ids.map((id) => scene.outcomes(id)))).toEqual([[], [], [], []]);
	expect((await scene.batch(ids[1] ?? "")).claim).toBe(0);
});
