import { afterAll, beforeAll, expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { pushJob } from "../support/jobs.ts";
import type { QueueEye } from "../support/queue.ts";
import { OwnServers } from "../support/servers.ts";
import { polled } from "../support/until.ts";

// The sets of a Faktory server are one for all its queues: each test here finds it empty.
let servers: OwnServers;
beforeAll(async () => {
	servers = await OwnServers.start(["faktory"]);
});
afterAll(async () => {
	await servers[Symbol.asyncDispose]();
});

const MANY = 10_000;
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();

async function scene(stack: AsyncDisposableStack) {
	const run = stack.use(await Enumeration.create({ faktory: servers.faktory, producer: "patience: 1s" }));
	const eye = stack.use(await run.eye());
	await eye.send("FLUSH");
	const answer = async (...words: string[]) => {
		const { code, out, err } = await run.run("jobs", ...words, "--json");
		return { code, err, ...(out === "" ? {} : JSON.parse(out)) };
	};
	return { run, eye, answer };
}

/** So many dead jobs, as a producer pushes them; gives their jids, in order. */
async function dead(eye: QueueEye, count: number, fields: object = {}): Promise<string[]> {
	const jids = Array.from({ length: count }, () => crypto.randomUUID());
	for (let at = 0; at < count; at += 1000) {
		const job = { jobtype: "arbor_job", queue: eye.queue, args: ["a", 1, "b", 2, 500], at: TOMORROW, ...fields };
		await eye.send("PUSHB", JSON.stringify(jids.slice(at, at + 1000).map((jid) => ({ jid, ...job }))));
	}
	await eye.send("MUTATE", JSON.stringify({ cmd: "kill", target: "scheduled" }));
	return jids.toSorted();
}

/** The jids of all jobs in the queue, in order. */
const queued = async (eye: QueueEye) => (await eye.take()).map(({ jid }) => jid).toSorted();

const REQUEUE = ["requeue", "--state", "dead", "--reason", "the disk was full"];

test("10,000 dead jobs go back by one command; other types and other queues stay, also those that name ours", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, answer } = await scene(stack);
	const jids = await dead(eye, MANY);
	const own = { queue: eye.queue, jobtype: "arbor_job" };
	await dead(eye, 1, { jobtype: "mail", args: [own, { jid: "x", ...own, created_at: "" }, `"${eye.queue}"`] });
	await dead(eye, 1, { jobtype: "mail", custom: { ...own, created_at: "" }, args: [JSON.stringify(own)] });
	await dead(eye, 1, { queue: "other" });
	await dead(eye, 1, { jobtype: "arbor_job2" });

	const refused = await answer(...REQUEUE);
	expect(refused.code).toBe(64);
	expect(refused.err).toContain(
		`requeue those of type arbor_job in queue ${eye.queue} among 10004 dead jobs: stdin is no terminal`,
	);
	expect(await answer(...REQUEUE, "--dry-run")).toMatchObject({ code: 0, dry_run: true, changed: 0 });
	expect(await answer()).toMatchObject({ code: 0, enqueued: 0, oldest_seconds: null, dead: MANY + 4 });

	const done = await run.run("jobs", ...REQUEUE, "--yes");
	expect(done.code).toBe(0);
	expect(done.out).toBe(
		`requeued 10000 dead jobs of type arbor_job in queue ${eye.queue}: dead 10004 -> 4, enqueued 0 -> 10000; ` +
			"4 left, of other types or queues: name them by --jobtype and --queue\n",
	);
	expect(done.err).toContain('reason="the disk was full"');
	expect(await answer(...REQUEUE, "--yes")).toMatchObject({ code: 0, changed: 0, before: { dead: 4 } });
	// These never were in a queue before, and say nothing of when they came.
	expect(await answer()).toMatchObject({ enqueued: MANY, oldest_seconds: null });
	expect(await queued(eye)).toEqual(jids);
});

test("discard deletes what is named, of another program too, and nothing else", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, answer } = await scene(stack);
	await dead(eye, 2);
	await dead(eye, 3, { queue: "other", jobtype: "Mail::Job" });
	const named = ["--jobtype", "Mail::Job", "--queue", "other"];
	const discard = ["discard", "--state", "dead", "--reason", "tested", "--yes"];
	expect(await answer(...discard, ...named)).toMatchObject({ changed: 3, before: { dead: 5 }, after: { dead: 2 } });
	expect(await answer(...discard)).toMatchObject({ changed: 2, after: { dead: 0, enqueued: 0 } });
	expect((await run.run("jobs", ...discard)).out).toBe("no dead jobs: nothing to discard\n");
	for (const odd of ["*", "a b", 'a"b', "a[b]", "a?", "a\\", ""]) {
		expect(await answer(...discard, "--jobtype", odd)).toMatchObject({ code: 64 });
		expect(await answer(...discard, "--queue", odd)).toMatchObject({ code: 64 });
	}
});

test("jobs that wait for another try are tried now, whoever pushed them; those that are dead stay", async () => {
	await using stack = new AsyncDisposableStack();
	const { eye, answer } = await scene(stack);
	await dead(eye, 1);
	// As pyfaktory writes a job.
	const python = { jid: crypto.randomUUID().replaceAll("-", ""), retry: 25, custom: {}, priority: 5 };
	const jid = await pushJob(eye, ["a", 1, "b", 2, 500], { retry: 25 });
	expect((await answer()).oldest_seconds).toBeGreaterThan(0);
	await pushJob(eye, ["a", 1, "b", 2, 500], python);
	for (const job of await eye.take())
		await eye.send(
			"FAIL",
			JSON.stringify({ jid: job.jid, errtype: "X", message: '"queue":"x" * [', backtrace: ["a"] }),
		);
	const done = await answer("requeue", "--state", "retries", "--reason", "back", "--yes");
	expect(done).toMatchObject({
		changed: 2,
		before: { retries: 2, dead: 1 },
		after: { retries: 0, dead: 1, enqueued: 2 },
	});
	expect(await queued(eye)).toEqual([jid, python.jid].toSorted());
});

test("killed or cut off while it is under way, and done again: every job is in the queue once", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, answer } = await scene(stack);
	const jids = await dead(eye, MANY);
	const killed = stack.use(run.start("jobs", ...REQUEUE, "--yes"));
	await polled("a job in the queue", async () => (await eye.size()) || undefined);
	killed.kill("SIGKILL");
	await killed.ended();
	const again = await answer(...REQUEUE, "--yes");
	expect(again).toMatchObject({ code: 0, after: { dead: 0, enqueued: MANY } });
	expect(await queued(eye)).toEqual(jids);
});

test("a server that goes mute meanwhile: 69, what is certain, and the rest by the same command", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, answer } = await scene(stack);
	const jids = await dead(eye, MANY);
	const cut = stack.use(run.start("jobs", ...REQUEUE, "--yes"));
	await polled("a job in the queue", async () => (await eye.size()) || undefined);
	await servers.signal("faktory", "SIGSTOP");
	const { code, err } = await cut.ended();
	await servers.signal("faktory", "SIGCONT");
	expect(code).toBe(69);
	expect(err).toContain("was lost during the requeue");
	expect(err).toContain("no job is lost; when the server is back");
	expect(await answer(...REQUEUE, "--yes")).toMatchObject({ code: 0, after: { dead: 0 } });
	// The server may still be at the first one: what both are at is there twice, and nothing is lost.
	const there = await queued(eye);
	expect(there.length).toBeGreaterThanOrEqual(MANY);
	expect([...new Set(there)]).toEqual(jids);
});

test("produce, status, doctor and jobs name the command; typed, it lets the TCN end", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye } = await scene(stack);
	await run.run("init", "--max-tcn", "3");
	const producer = stack.use(run.start("produce", "-q"));
	await polled("a job in the queue", async () => (await eye.size()) || undefined);
	const [job] = await eye.take();
	await eye.send("FAIL", JSON.stringify({ jid: job?.jid, errtype: "X", message: "no" }));
	await eye.send("MUTATE", JSON.stringify({ cmd: "kill", target: "retries" }));
	const told = await producer.talk("hold the TCN back");
	const command = "tangles jobs requeue --state dead --reason TEXT";
	expect(told).toContain(`1 dead jobs alone hold the TCN back; \`${command}\` has them tried again`);
	for (const look of [["status"], ["doctor"], ["jobs"]]) expect((await run.run(...look)).out).toContain(command);
	const [, ...words] = command.split(" ");
	expect(await run.run(...words, "--yes", "-q")).toMatchObject({ code: 0, out: "", err: "" });
	await eye.acknowledge(await eye.take());
	expect(await producer.ended()).toMatchObject({ code: 0 });
	expect((await run.config())?.current_completed_tcn).toBe(3);
});

test("what may be left out, and what may not", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, answer } = await scene(stack);
	expect((await run.run("jobs", "--help")).out).toContain("usage: tangles jobs [COMMAND] [flags]");
	expect(await answer("--state", "dead")).toMatchObject({ code: 64 });
	expect(await answer("lost")).toMatchObject({ code: 64 });
	expect(await answer("requeue", "--state", "dead")).toMatchObject({ code: 64 });
});
