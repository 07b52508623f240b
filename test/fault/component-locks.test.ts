import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claimed } from "../../src/line/batches/claim.ts";
import { appended } from "../../src/line/batches/events.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { Curator } from "../support/curator.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { type Run, Running } from "../support/tangles.ts";

/** Ticks every 20 ms with its pid until the gate opens. */
const TICKS =
	'echo go >&2; until [ -e "$0/open" ]; do date +%s%3N >>"$0/ticks"; sleep 0.02; done; echo "$1" >>"$0/done"';

const open = (scene: ComponentScene) => writeFile(join(scene.folder, "open"), "");

/** Resolves with the time at which somebody else has the batch's lock. */
async function lockedAt(scene: ComponentScene, id: string): Promise<number> {
	const lock = await scene.locks.take(`/Sample/${id}`);
	const at = Date.now();
	await lock.release();
	return at;
}

const lastTick = async (scene: ComponentScene) => Number((await scene.lines("ticks")).at(-1));

test("ZooKeeper is mute for longer than the session: work is killed, not recorded, 79; another instance does the batch", async () => {
	await using scene = await ComponentScene.create({ sessionTimeout: "3s" });
	const [id = ""] = await scene.archived(1);
	const run = scene.start(TICKS);
	await run.talk(`${id}: go`);
	const other = lockedAt(scene, id);
	scene.locks.proxy.mute();
	const taken = await other;
	const { code, err } = await run.ended();
	expect(code).toBe(79);
	expect(err).toContain(`${id}: nothing is recorded`);
	expect(await lastTick(scene)).toBeLessThan(scene.locks.proxy.lastAnswer + 2300);
	expect(await lastTick(scene)).toBeLessThan(taken);
	expect(await scene.outcomes(id)).toEqual([]);
	scene.locks.proxy.speak();
	await open(scene);
	expect(await scene.run(TICKS)).toMatchObject({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(await scene.outcomes(id)).toEqual([true]);
});

test("ZooKeeper is mute for a while: work is frozen, goes on, and is recorded once", async () => {
	await using scene = await ComponentScene.create({ sessionTimeout: "9s" });
	const [id = ""] = await scene.archived(1);
	const run = scene.start(TICKS);
	await run.talk(`${id}: go`);
	scene.locks.proxy.mute();
	await run.talk("work is frozen");
	scene.locks.proxy.speak();
	await run.talk("work goes on");
	await open(scene);
	expect(await run.ended()).toMatchObject({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(await scene.outcomes(id)).toEqual([true]);
	expect(await scene.lines("done")).toEqual([id]);
});

test("work that could end while the lock is in doubt ends, and is recorded, only when the lock is certain again", async () => {
	await using scene = await ComponentScene.create({ sessionTimeout: "9s" });
	const [id = ""] = await scene.archived(1);
	const run = scene.start('echo go >&2; until [ -e "$0/open" ]; do sleep 0.02; done', "--json");
	await run.line('"started"');
	await run.talk(`${id}: go`);
	scene.locks.proxy.cut();
	await run.talk("work is frozen");
	await open(scene);
	expect(await scene.outcomes(id)).toEqual([]);
	scene.locks.proxy.restore();
	await run.line('"worked"');
	expect((await run.ended()).code).toBe(0);
	expect(await scene.outcomes(id)).toEqual([true]);
});

test.each(["/SBOI/Sample", "/Sample/B400000000001-RT1"])(
	"somebody deletes the node of %s: the work is killed and not recorded, 79",
	async (path) => {
		await using scene = await ComponentScene.create();
		const [id = ""] = await scene.archived(1);
		const run = scene.start(TICKS);
		await run.talk(`${id}: go`);
		const { locks } = JSON.parse((await scene.command(["locks", "ls", path, "--json"]).ended()).out);
		const broken = await scene.command(["locks", "break", path, "--token", locks[0].holders[0].token, "--yes"]).ended();
		expect(broken.code).toBe(0);
		const { code, out } = await run.ended();
		expect({ code, out }).toEqual({ code: 79, out: "" });
		expect(await scene.outcomes(id)).toEqual([]);
		await scene.locks.untilGone("/Sample");
	},
);

test("a run that was stopped for longer than its session cannot record what it had on its way: another has taken the batch", async () => {
	await using scene = await ComponentScene.create({ sessionTimeout: "3s" });
	const [id = ""] = await scene.archived(1);
	// The write of the event leaves in time, and is kept on its way until another has done the batch.
	const write = scene.mongoProxy.stop("request", '"outcome":"Success"');
	const run = scene.start("true");
	const stopped = await write;
	run.kill("SIGSTOP");
	const lock = await scene.locks.take(`/Sample/${id}`);
	const batch = await scene.batch(id);
	const event = { type: "Batch_Sampled", success: false, time: new Date(), agent: "another", details: "" };
	expect(await scene.store.store(claimed(appended(batch, event), "Sample"))).toBe(true);
	await lock.release();
	stopped.pass();
	run.kill("SIGCONT");
	const { code, out } = await run.ended();
	expect({ code, out }).toEqual({ code: 79, out: "" });
	expect((await scene.batch(id)).events.map(({ agent }) => agent)).toEqual(["test", "another"]);
});

test("a batch whose claim was raised meanwhile is not recorded, even where the lock is held all along: 79", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const run = scene.start(TICKS);
	await run.talk(`${id}: go`);
	const batch = await scene.batch(id);
	expect(batch.claim).toBe(1);
	expect(await scene.store.store(claimed(batch, "Sample"))).toBe(true);
	await open(scene);
	const { code, err } = await run.ended();
	expect(code).toBe(79);
	expect(err).toContain(`${id}: another has taken the batch (claim 2, ours was 1)`);
	expect(await scene.outcomes(id)).toEqual([]);
});

test("two components at one batch at once: each records its own event", async () => {
	const station = (event: string) => ({ past: ["Data_Archived"], future: [event], event });
	await using scene = await ComponentScene.create({
		components: { Sample: station("Batch_Sampled"), Copy: station("Copied") },
	});
	const [id = ""] = await scene.archived(1);
	const run = scene.start(TICKS);
	await run.talk(`${id}: go`);
	expect((await scene.command(["component", "Copy", "--", "true"]).ended()).code).toBe(0);
	await open(scene);
	expect(await run.ended()).toMatchObject({ code: 0, out: `Worked on ${id} successfully\n` });
	expect((await scene.batch(id)).events.map(({ type }) => type)).toEqual(["Data_Archived", "Copied", "Batch_Sampled"]);
});

test.each(["SIGTERM", "SIGINT"] as const)(
	"%s: the work is told, nothing is recorded, all locks are free at once",
	async (signal) => {
		await using scene = await ComponentScene.create();
		const [id = ""] = await scene.archived(1);
		const run = scene.start('trap "echo told >&2; exit 0" TERM; echo go >&2; while :; do sleep 0.02; done');
		await run.talk(`${id}: go`);
		run.kill(signal);
		const { code, out, err } = await run.ended();
		expect({ code, out }).toEqual({ code: signal === "SIGTERM" ? 143 : 130, out: "" });
		expect(err).toContain(`${id}: told`);
		expect(await scene.outcomes(id)).toEqual([]);
		const { locks } = JSON.parse((await scene.command(["locks", "ls", "--json"]).ended()).out);
		expect(locks).toEqual([]);
	},
);

test("SIGKILL of tangles: its child and grandchild are dead before the lock can be free, and the next run does the batch", async () => {
	await using scene = await ComponentScene.create({ sessionTimeout: "3s" });
	const [id = ""] = await scene.archived(1);
	// Its end is that of all who have it open for writing.
	const pipe = join(scene.folder, "pipe");
	await new Running(["mkfifo", pipe], scene.env).ended();
	const reader = new Running(["cat", pipe], scene.env);
	const run = scene.start('exec 9>"$0/pipe"; sleep 600 & echo both run >&2; wait');
	await run.talk("both run");
	const killed = performance.now();
	run.kill("SIGKILL");
	await reader.ended();
	expect(performance.now() - killed).toBeLessThan(3000);
	const { code, out } = await scene.run("true", "--wait", "20s");
	expect({ code, out }).toEqual({ code: 0, out: `Worked on ${id} successfully\n` });
});

test.each(["flat", "v2"] as const)(
	"Curator %s and tangles exclude each other on a batch; the others are done",
	async (kind) => {
		await using scene = await ComponentScene.create({
			components: {
				Sample: { past: ["Data_Archived"], future: ["Batch_Sampled"], event: "Batch_Sampled", "queue-length": 3 },
			},
		});
		const [first = "", second = ""] = await scene.archived(2);
		await (await scene.locks.session()).makeDirectories("/");
		await using java = await Curator.start(kind, `${shared.zookeeper()}${scene.locks.chroot}`);
		expect(await java.acquire(`/Sample/${first}`, 0)).toBe(true);
		const run = scene.start(TICKS, "--json");
		expect(JSON.parse(await run.line('"skipped"'))).toMatchObject({
			batch: first,
			why: expect.stringMatching(new RegExp(`is held by \\S+ since \\S+ \\(curator ${kind}\\)`)),
		});
		await run.line('"started"');
		expect(await java.acquire(`/Sample/${second}`, 200)).toBe(false);
		expect(await java.acquire("/SBOI/Sample", 200)).toBe(false);
		await open(scene);
		expect((await run.ended()).code).toBe(0);
		expect(await scene.outcomes(second)).toEqual([true]);
		expect(await scene.outcomes(first)).toEqual([]);
		await java.release(`/Sample/${first}`);
		expect(await java.acquire(`/Sample/${second}`, 0)).toBe(true);
		await java.release(`/Sample/${second}`);
	},
);

/** A run on one batch whose MongoDB is killed as the result is on its way to it. */
async function killedAtTheResult(servers: OwnServers, scene: ComponentScene): Promise<{ id: string; run: Run }> {
	const [id = ""] = await scene.archived(1);
	const write = scene.mongoProxy.stop("request", '"outcome":"Success"');
	const run = scene.start("true");
	const stopped = await write;
	await servers.signal("mongo", "SIGKILL");
	stopped.cut();
	return { id, run };
}

test("MongoDB goes away as the result is stored and comes back: stored once", async () => {
	await using servers = await OwnServers.start(["mongo"]);
	await using scene = await ComponentScene.create({ mongo: servers.mongo });
	const { id, run } = await killedAtTheResult(servers, scene);
	await run.talk("is out of reach; trying on");
	await servers.start();
	const { code, out } = await run.ended();
	expect({ code, out }).toEqual({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(await scene.outcomes(id)).toEqual([true]);
});

test("MongoDB stays away: 69, the locks are free, no half event; the batch is done again by the next run", async () => {
	await using servers = await OwnServers.start(["mongo"]);
	await using scene = await ComponentScene.create({ mongo: servers.mongo, patience: "1s" });
	const { id, run } = await killedAtTheResult(servers, scene);
	const { code, out, err } = await run.ended();
	expect({ code, out }).toEqual({ code: 69, out: "" });
	expect(err).toContain(`${id}: nothing is recorded: MongoDB at `);
	const { locks } = JSON.parse((await scene.command(["locks", "ls", "--json"]).ended()).out);
	expect(locks).toEqual([]);
	await servers.start();
	expect(await scene.outcomes(id)).toEqual([]);
	expect(await scene.run("true")).toMatchObject({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(await scene.outcomes(id)).toEqual([true]);
});

test("the answer to the event's write is lost: it is stored once all the same", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const answer = scene.mongoProxy.stop("reply", '"outcome":"Success"');
	const run = scene.start("true");
	(await answer).cut();
	expect(await run.ended()).toMatchObject({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(await scene.outcomes(id)).toEqual([true]);
});
