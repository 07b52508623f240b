import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unmet } from "../../src/line/batches/conditions.ts";
import { appended } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import { isBatch } from "../../src/line/batches/malformed.ts";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { ENGINES } from "../support/library.ts";
import { polled } from "../support/until.ts";

const STATIONS = "batches_stations";
const never = new AbortController().signal;
const EVERYTHING = { past: [], future: [], old: [], types: [] };

/** Gives the component other conditions, as a person does in the config. */
async function configure(scene: ComponentScene, conditions: object): Promise<void> {
	const file = join(scene.folder, "tangles.yaml");
	const config = JSON.parse(await readFile(file, "utf8"));
	config.components.Sample = { ...config.components.Sample, ...conditions };
	await writeFile(file, JSON.stringify(config));
}

/** Batches in the midst of a line, of two types, written by a program that knows nothing of stations. */
async function fill(scene: ComponentScene, count: number): Promise<void> {
	for (let n = 0; n < count; n += 1) {
		const time = new Date(Date.now() - 1_000_000 + n);
		const event = (type: string) => ({ type, success: n % 7 !== 0, time, agent: "test", details: "" });
		const archived = appended(
			newBatch(parseBatchId(`B${n}-RT1`), n % 2 === 0 ? "Newspaper" : "Map", time),
			event("Data_Archived"),
		);
		await scene.store.add(n % 3 === 0 ? appended(archived, event("Batch_Checked")) : archived);
	}
}

/** For each registered station: whether `ready_for` of every batch says what its conditions say. */
async function offers(scene: ComponentScene) {
	const registry = await scene.batches.db.collection<{ _id: string }>(STATIONS).findOne({ _id: "/registry" });
	const stations = (registry as unknown as { stations: { key: string; conditions: typeof EVERYTHING }[] }).stations;
	const offered = new Map((await scene.batches.find().toArray()).map((it) => [it._id, it.ready_for as string[]]));
	const wrong: string[] = [];
	for await (const page of scene.store.all(EVERYTHING, never)) {
		for (const batch of page.filter(isBatch)) {
			for (const { key, conditions } of stations) {
				const right = unmet(batch, conditions).length === 0;
				if (offered.get(batch.id)?.includes(key) !== right) wrong.push(`${batch.id} ${key}`);
			}
		}
	}
	return { stations: stations.length, wrong };
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	test(`conditions change under runs that are killed at random, on ${engine}: at the end every batch fits, and all is done`, async () => {
		await using scene = await ComponentScene.create({
			mongo: uri(),
			components: { Sample: { ...SAMPLE, "queue-length": 2, "max-threads": 2 } },
		});
		await fill(scene, 60);
		const asked = [
			{ types: ["Newspaper"] },
			{ types: [], past: ["Batch_Checked"] },
			{ past: ["Data_Archived"], future: ["Batch_Sampled", "Batch_Checked"] },
			{ future: ["Batch_Sampled"], types: ["Map"] },
		];
		for (const conditions of asked) {
			await configure(scene, conditions);
			// One that is killed somewhere between its start and its end, and two side by side, one of them killed.
			const killed = [scene.start("true", "--procedure", "1"), scene.start("true", "--procedure", "1")];
			const whole = scene.run("true", "--wait", "30s");
			for (const run of killed) {
				await Bun.sleep(Math.random() * 300);
				run.kill("SIGKILL");
				await run.ended();
			}
			expect((await whole).code).toBe(0);
		}
		await configure(scene, { ...SAMPLE, types: [], "queue-length": 1000, "max-threads": 8 });
		const { code, out } = await scene.run("true", "--wait", "30s");
		expect(code).toBe(0);
		expect(out).toContain("successfully");
		expect((await scene.run("true", "--json")).out).not.toContain('"taken"');
		const { stations, wrong } = await offers(scene);
		expect(stations).toBeGreaterThanOrEqual(asked.length);
		expect(wrong).toEqual([]);
		const undone = [];
		for await (const page of scene.store.all({ ...EVERYTHING, ...SAMPLE }, never)) undone.push(...page);
		expect(undone).toEqual([]);
	});
}

test("a run notes itself: its end where nothing was ready, its start and its end where it worked, why it failed", async () => {
	await using scene = await ComponentScene.create();
	const note = async () => {
		const { _id, ...run } = (await scene.batches.db
			.collection<{ _id: string }>(STATIONS)
			.findOne({ component: "Sample" } as object)) as unknown as {
			_id: string;
			start: Date;
			end: Date | null;
			outcome: string | null;
		};
		return run;
	};
	expect((await scene.run("true", "-q")).code).toBe(0);
	expect(await note()).toMatchObject({ outcome: "nothing ready", end: expect.any(Date), event: "Batch_Sampled" });
	await scene.archived(1);
	const run = scene.start('echo go >&2; until [ -e "$0/open" ]; do sleep 0.02; done; exit 1');
	await run.talk("go");
	await polled("a run that is noted", async () => ((await note()).outcome === null ? true : undefined));
	await writeFile(join(scene.folder, "open"), "");
	expect((await run.ended()).code).toBe(1);
	expect(await note()).toMatchObject({ outcome: "failed", end: expect.any(Date) });
	const { line } = JSON.parse((await scene.command(["status", "--json"]).ended()).out);
	expect(line).toEqual([
		{
			...{ component: "Sample", event: "Batch_Sampled", ready: 0, working: 0, failed: 1, oldest: null },
			not_run_since: null,
			last_run: expect.objectContaining({ outcome: "failed" }),
		},
	]);
});

test("with nothing ready a run asks MongoDB what the README of the component names, by one connection and its monitor", async () => {
	await using scene = await ComponentScene.create();
	expect((await scene.run("true")).code).toBe(0);
	const { commands, attempts } = scene.mongoProxy;
	const before = commands.length;
	expect((await scene.run("true")).code).toBe(0);
	// Greetings stand in another kind of message.
	const asked = commands.slice(before).filter((name) => /^\w+$/.test(name) && !/^(?:hello|ismaster)$/i.test(name));
	expect(asked).toEqual([...Array.from({ length: 7 }, () => "find"), "update", "endSessions"]);
	expect(scene.mongoProxy.attempts - attempts).toBe(2);
});

test("conditions that have changed, and those of another host: the run says so, doctor too; both hosts are served", async () => {
	await using scene = await ComponentScene.create();
	const stations = scene.batches.db.collection<{ _id: string; [field: string]: unknown }>(STATIONS);
	expect((await scene.run("true", "--json")).out).not.toContain('"conditions"');
	const [id = ""] = await scene.archived(1);
	const own = (await stations.findOne({ component: "Sample" })) as { _id: string; host: string };
	await configure(scene, { types: ["Map"] });
	const changed = await scene.run("true");
	expect(changed).toMatchObject({ code: 0, out: "" });
	expect(changed.err).toMatch(/warn Sample: its conditions have changed since its last run: types \[Map\], not \[\]\n/);
	expect((await scene.run("true", "-q")).err).not.toContain("have changed");
	// Another host that has the old ones still, and ran after this one has got its own.
	await stations.insertOne({ ...own, _id: "Sample/elsewhere", host: "elsewhere", start: new Date() });
	const says = /on elsewhere it has other conditions \(last run 20\S+Z\): here types \[Map\], not \[\] there/;
	expect((await scene.run("true")).err).toMatch(says);
	const doctor = await scene.command(["doctor", "--json"]).ended();
	expect(doctor.out).toMatch(/Sample has other conditions on \S+ than on \S+: types \[(Map)?\], not \[(Map)?\]/);
	// That host: the same conditions as before, so that its offers are still there.
	await configure(scene, { types: [] });
	expect((await scene.run("true")).out).toBe(`Worked on ${id} successfully\n`);
});

test("status tells a component that has not run for an hour, and one that runs on another host alone, in the line's order", async () => {
	await using scene = await ComponentScene.create();
	const stations = scene.batches.db.collection<{ _id: string; [field: string]: unknown }>(STATIONS);
	expect((await scene.run("true")).code).toBe(0);
	const own = (await stations.findOne({ component: "Sample" })) as { _id: string; conditions: object };
	const early = new Date(Date.now() - 2 * 3_600_000);
	const archive = { ...own, _id: "Archive/elsewhere", component: "Archive", host: "elsewhere", key: "Archive:0" };
	const conditions = { ...own.conditions, past: [], future: ["Data_Archived"] };
	await stations.insertOne({ ...archive, event: "Data_Archived", conditions, start: early, end: early });
	const { line } = JSON.parse((await scene.command(["status", "--json"]).ended()).out);
	expect(line).toMatchObject([
		{ component: "Archive", not_run_since: early.toISOString(), last_run: { host: "elsewhere" } },
		{ component: "Sample", not_run_since: null },
	]);
	const { out } = await scene.command(["status"]).ended();
	expect(out).toMatch(/Archive +0 +0 +0 +- +NOT RUN for 2 h\n/);
});
