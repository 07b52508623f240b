import { expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene } from "../support/component-scene.ts";
import { Run } from "../support/tangles.ts";

/** They outlast the kills, so that each kill meets work. */
const BATCHES = 120;
const INSTANCES = 20;
const KILLING_S = 40;
/** Between two runs of an instance: twenty that start each second take the processors from the work. */
const PAUSE_MS = 3000;
/** By then all is done on any host; else the test says what stands still. */
const LONGEST_MS = 270_000;

const STATION = { "queue-length": 20, "max-threads": 2 };
/** A line of three stations; the third one depends on the type of the batch. */
const COMPONENTS = {
	Alpha: { ...STATION, past: ["Data_Archived"], future: ["Alpha_Done"], event: "Alpha_Done" },
	Beta: { ...STATION, past: ["Alpha_Done"], future: ["Beta_Done"], event: "Beta_Done" },
	Gamma: { ...STATION, past: ["Beta_Done"], future: ["Gamma_Done"], event: "Gamma_Done", types: ["Newspaper"] },
	Delta: { ...STATION, past: ["Beta_Done"], future: ["Delta_Done"], event: "Delta_Done", types: ["Film"] },
};
const NAMES = Object.keys(COMPONENTS);
const LAST = { Newspaper: "Gamma_Done", Film: "Delta_Done" } as const;

/**
 * Notes an overlap unless it alone has the file of this batch and station: the kernel's lock goes with the last
 * process that inherited it.
 */
const WORK = `exec 9>"$0/$TANGLES_COMPONENT-$1"; flock -n 9 || echo "$TANGLES_COMPONENT $1" >>"$0/overlaps"
echo "start $TANGLES_COMPONENT $1 $$" >>"$0/log"; sleep 0.02; echo "end $TANGLES_COMPONENT $1 $$" >>"$0/log"`;

/** Command lines of processes that still run and have to do with the scene. */
async function orphans(folder: string): Promise<string[]> {
	const found: string[] = [];
	for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
		try {
			const line = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
			if (line.includes(folder)) found.push(line);
		} catch {
			// It has ended meanwhile.
		}
	}
	return found;
}

test(`${INSTANCES} instances of ${NAMES.length} components, ${BATCHES} batches, three stations each, a SIGKILL every second: each batch has each event once and in order, no two runs overlap, nothing is left`, async () => {
	await using scene = await ComponentScene.create({ components: COMPONENTS, sessionTimeout: "3s", patience: "60s" });
	const types = Object.keys(LAST) as (keyof typeof LAST)[];
	const half = BATCHES / types.length;
	const ids = await Promise.all(types.map((type, at) => scene.archived(half, at * half, type)));
	const stations = (type: keyof typeof LAST) => ["Alpha_Done", "Beta_Done", LAST[type]];
	const open = async () => {
		const lasts = types.map((type) => ({ past: ["Beta_Done"], future: [], old: [], types: [type], last: LAST[type] }));
		const done = await Promise.all(lasts.map(({ last, ...it }) => scene.store.ready({ ...it, past: [last] }, BATCHES)));
		return BATCHES - done.flatMap(({ batches }) => batches).length;
	};
	/** What the database and the locks say of batches that are not done: why does nobody take them? */
	const standing = async () => {
		const lasts = Object.values(LAST).map((last) => ({ "events.type": { $ne: last } }));
		const batches = await scene.batches.find({ $and: lasts }, { limit: 5, projection: { writers: 0 } }).toArray();
		const stations = await scene.batches.db.collection("batches_stations").find().toArray();
		const { out } = await scene.command(["locks", "ls", "--json"]).ended();
		return JSON.stringify({ batches, stations, locks: JSON.parse(out).locks }, null, 1);
	};
	const running = new Set<Run>();
	const sums = { killed: 0, runs: 0 };
	let quiet = false;
	const cron = async (slot: number) => {
		const name = NAMES[slot % NAMES.length] ?? "";
		const words = ["component", name, "--wait", "1s", "--if-locked", "skip", "-q"];
		while (!quiet) {
			const procedure = ["--procedure", Math.random() < 0.7 ? "2" : "1"];
			const run = new Run([...words, ...procedure, "--", "sh", "-c", WORK, scene.folder], scene.env, scene.folder, [
				"nice",
				"-n",
				"10",
			]);
			running.add(run);
			const { code, err } = await run.ended();
			running.delete(run);
			sums.runs += 1;
			if (code === 137) sums.killed += 1;
			// A machine that is busy with twenty of them may leave one without an answer for a session: it stops, and records
			// nothing.
			else if (code !== 79 && code !== 69) expect({ code, err }).toMatchObject({ code: 0 });
			// As cron does; it starts by the clock and by nothing else.
			await Bun.sleep(PAUSE_MS);
		}
	};
	const crons = Promise.all(Array.from({ length: INSTANCES }, (_, slot) => cron(slot)));
	const began = performance.now();
	for (let second = 0; (await open()) > 0; second += 1) {
		if (performance.now() - began > LONGEST_MS) throw new Error(`${await open()} batches stand: ${await standing()}`);
		// The moment of a kill is what is tried: no event marks it.
		await Bun.sleep(1000);
		const victims = [...running];
		if (second < KILLING_S) victims[Math.floor(Math.random() * victims.length)]?.kill("SIGKILL");
	}
	quiet = true;
	await crons;
	expect(sums.killed).toBeGreaterThan(10);
	expect(await Bun.file(join(scene.folder, "overlaps")).exists()).toBe(false);
	for (const [at, type] of types.entries()) {
		for (const id of ids[at] ?? []) {
			const { events } = await scene.batch(id);
			expect([id, ...events.map(({ type, success }) => `${type} ${success}`)]).toEqual([
				id,
				...["Data_Archived", ...stations(type)].map((it) => `${it} true`),
			]);
		}
	}
	expect(await orphans(scene.folder)).toEqual([]);
	// The locks of the last killed ones go with their sessions; a batch that was done by then leaves empty directories.
	const left = async () => JSON.parse((await scene.command(["locks", "ls", "--json"]).ended()).out).locks;
	for (const { path } of await left()) {
		expect((await scene.command(["locks", "wait", path, "--timeout", "20s"]).ended()).code).toBe(0);
	}
	expect((await scene.command(["locks", "prune", "--yes"]).ended()).code).toBe(0);
	expect(await left()).toEqual([]);
}, 300_000);
