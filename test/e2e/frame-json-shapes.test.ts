import { expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../src/base/fault.ts";
import { appended, without } from "../../src/line/batches/events.ts";
import { keepingRemoved } from "../../src/line/batches/history.ts";
import { COMMANDS } from "../support/commands.ts";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { DOCUMENTED } from "../support/documented-json.ts";
import { Enumeration } from "../support/enumeration.ts";
import { pushJob } from "../support/jobs.ts";
import { commonShape, differences, shapeOf } from "../support/json-shape.ts";
import { LockScene } from "../support/lock-scene.ts";
import { jsonLogLines } from "../support/log-lines.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { Stranger } from "../support/stranger.ts";
import { reserved, WorkerScene } from "../support/worker-scene.ts";

/** Where that is not 0. */
const CODES: Readonly<Record<string, number>> = {
	// Nothing of it is there.
	"verify --tcn 3": 1,
	// The table is of TCN 2.
	"verify --against table --tcn 3": 1,
	// One of the names is no id.
	"batches receive deliveries --settle 0s --dry-run": 1,
	// There is one.
	"batches overdue --past Data_Archived --future Batch_Sampled --older 1s": 1,
};

/** All that a run may log, for machines: each of its lines is looked at. */
const JSON_LOG = { TANGLES_LOG_FORMAT: "json", TANGLES_VERBOSE: "true" };
const JSON_LOG_FLAGS = ["--log-format", "json", "-v"];

/** The documented line of each command; `locks exec` has no JSON of its own. */
test("the page on --json names every command", () => {
	const lines = [...DOCUMENTED.keys()];
	const missing = COMMANDS.map(({ about }) => about.name).filter(
		(name) => name !== "locks exec" && !lines.some((line) => line === name || line.startsWith(`${name} `)),
	);
	expect(missing).toEqual([]);
});

test("--json gives one document of the shape that is documented", async () => {
	await using scene = await ComponentScene.create();
	const env = { FAKTORY_URL: shared.faktory() };
	await scene.command(["init", "--max-tcn", "5"], env).ended();
	await scene.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 2 } });
	await scene.stencils.updateOne({ rootstock_tcn: 1, scion_tcn: 2 }, { $set: { state: 1 } });
	expect((await scene.run("true")).code).toBe(0);
	const [id = ""] = await scene.archived(1);
	await scene.command(["batches", "add", "B2-RT1", "--type", "Newspaper"]).ended();
	const event = { type: "Data_Received", success: true, time: new Date(), agent: "test", details: "" };
	await scene.store.store(appended(await scene.batch(id), event));
	const note = { what: "rm-event", by: "test@here", time: new Date(), reason: "" };
	const mistaken = appended(await scene.batch(id), { ...event, type: "Y" });
	await scene.store.store(keepingRemoved(mistaken, without(mistaken, "Y"), note));
	for (const name of ["B3-RT1", "B3-RT2", "scratch"]) {
		await mkdir(join(scene.folder, "deliveries", name), { recursive: true });
		await writeFile(join(scene.folder, "deliveries", name, "transfer_acknowledged"), "");
	}
	const lock = await scene.locks.take("/x");
	await (await scene.locks.session()).makeDirectories("/old/leases");
	for (const [line, documented] of DOCUMENTED) {
		if ("events" in documented) continue;
		const [own = "", child] = line.replace("--token 4711", `--token ${lock.token}`).split(" -- ");
		const words = [...own.split(" "), "--json", ...(child === undefined ? [] : ["--", child])];
		// What is empty has no shape.
		if (own === "locks ls") words.splice(2, 0, "/x");
		const { code, out, err } = await scene.command(words, { ...env, ...JSON_LOG }).ended();
		jsonLogLines(err);
		const wrong = differences(shapeOf(JSON.parse(out)), shapeOf(documented.document));
		expect({ line, code, wrong }).toEqual({ line, code: CODES[line] ?? 0, wrong: [] });
	}
	await lock.release();
});

/** The events of a run, a line each. */
const eventsOf = (out: string): { event: string }[] =>
	out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));

/** Every event of `told` is documented, every documented one is told, and their shapes are the same. */
function expectDocumented(line: string, told: readonly { event: string }[]): void {
	const documented = DOCUMENTED.get(line);
	if (documented === undefined || !("events" in documented)) throw new Error(`${line}: no events are documented`);
	const kinds = (events: readonly { event: string }[]) => Map.groupBy(events, ({ event }) => event);
	const [actual, known] = [kinds(told), kinds(documented.events)];
	expect([...actual.keys()].toSorted()).toEqual([...known.keys()].toSorted());
	for (const [event, values] of actual) {
		const wrong = differences(commonShape(values), commonShape(known.get(event) ?? []));
		expect({ line, event, wrong }).toEqual({ line, event, wrong: [] });
	}
}

test("component --json: every event has the shape that is documented", async () => {
	await using scene = await ComponentScene.create();
	const [held = "", spoilt = "", other = ""] = await scene.archived(4);
	const event = { type: "Noted", success: true, time: new Date(), agent: "test", details: "" };
	const outbox = [other, "B9-RT1"].map((to) => ({ key: `${held} ${to}`, component: "Sample", to, event }));
	await scene.batches.updateOne({ _id: held }, { $set: { outbox } });
	await scene.batches.updateOne({ _id: spoilt }, { $set: { type: 5 } });
	await scene.batches.updateOne({ _id: held }, { $set: { modified: new Date(Date.now() + 3_600_000) } });
	const lock = await scene.locks.take(`/Sample/${held}`);
	const failed = await scene.run("echo said; exit 3", "--json", ...JSON_LOG_FLAGS);
	const well = await scene.run("exit 0", "--json", ...JSON_LOG_FLAGS);
	await lock.release();
	const stopped = scene.start("sleep 60", "--json", ...JSON_LOG_FLAGS);
	await stopped.line('"started"');
	stopped.kill("SIGTERM");
	const ended = await stopped.ended();
	// The conditions are others than before, and ask for no more.
	await scene.config({ Sample: { ...SAMPLE, old: ["Never"], "queue-length": 2, "max-run": "2s" } });
	await scene.archived(2, 10);
	const late = await scene.run('[ -e "$0/second" ] && sleep 60; touch "$0/second"', "--json", ...JSON_LOG_FLAGS);
	const runs = [failed, well, ended, late];
	expect(runs.map(({ code }) => code)).toEqual([65, 65, 143, 65]);
	for (const { err } of runs) expect(jsonLogLines(err).map(({ verb }) => verb)).toContain("component");
	expectDocumented(
		"component Sample -- true",
		runs.flatMap(({ out }) => eventsOf(out)),
	);
});

test("produce --json and work --json: every event has the shape that is documented", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await Enumeration.create({ faktory: servers.faktory });
	await run.run("init", "--max-tcn", "3");
	const producing = run.start("produce", "--prove", "--json", ...JSON_LOG_FLAGS);
	// With jobs that nobody works on yet, the producer waits, whatever the host's speed.
	await producing.line('"waiting"');
	const worker = run.start("work", "--json", "--concurrency", "1", ...JSON_LOG_FLAGS);
	const producer = await producing.ended();
	await using eye = await run.eye();
	await pushJob(eye, []);
	await worker.line('"job-failed"');
	worker.kill("SIGTERM");
	const work = await worker.ended();
	expect([producer.code, work.code]).toEqual([0, 143]);
	for (const { err } of [producer, work]) jsonLogLines(err);
	expectDocumented("produce", eventsOf(producer.out));
	expectDocumented("work", [...eventsOf(work.out), ...(await rareEvents())]);
});

/** Events of a worker that a healthy server gives no cause for, each with the time that its line has. */
async function rareEvents(): Promise<{ event: string }[]> {
	const mute = new WorkerScene();
	mute.before = async (what) => {
		if (what === "ack") throw new Error("no answer");
	};
	mute.jobs.push(reserved("one"));
	const quiet = new WorkerScene();
	quiet.wanted = "quiet";
	const scenes = { "job-unacknowledged": mute, quiet } as const;
	for (const [event, scene] of Object.entries(scenes)) {
		const told = scene.event(event as keyof typeof scenes);
		const run = scene.run();
		await told;
		scene.stop.abort(new Fault("terminate", "stopped"));
		await expect(run).rejects.toThrow("stopped");
	}
	return [...mute.events, ...quiet.events].map((event) => ({ time: "", ...event }));
}

test("locks watch --json: every event has the shape that is documented", async () => {
	await using scene = await LockScene.create();
	const first = await scene.take("/x");
	await using stranger = new Stranger(scene.chroot);
	await stranger.make("/secret");
	const watch = scene.start("locks", "watch", "--json", ...JSON_LOG_FLAGS);
	await watch.line('"held"');
	const waiting = scene.take("/x");
	await watch.line('"waiting"');
	await first.release();
	await watch.line('"acquired"');
	await (await waiting).release();
	await watch.line('"released"');
	watch.kill("SIGTERM");
	const { out, err } = await watch.ended();
	expectDocumented("locks watch", eventsOf(out));
	jsonLogLines(err);
});
