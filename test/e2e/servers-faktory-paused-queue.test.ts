import { expect, test } from "bun:test";
import { connect } from "node:net";
import type { DoctorLine } from "../../src/base/doctor-line.ts";
import { Secret } from "../../src/base/secret.ts";
import { openConnection } from "../../src/servers/faktory/connection.ts";
import { Enumeration } from "../support/enumeration.ts";
import { firstPages, pushJob } from "../support/jobs.ts";
import { OwnServers } from "../support/servers.ts";
import { Running } from "../support/tangles.ts";

/** A Faktory server of its own, so that no other test's queues are on it, and an enumeration up to TCN 3. */
async function scene(stack: AsyncDisposableStack, env = {}) {
	const { faktory } = stack.use(await OwnServers.start(["faktory"], env));
	const run = stack.use(await Enumeration.create({ faktory }));
	expect(await run.run("init", "--max-tcn", "3")).toMatchObject({ code: 0 });
	const eye = stack.use(await run.eye());
	const job = async () => await pushJob(eye, await firstPages(run, 1, 2));
	return { run, eye, job, faktory };
}

/** Makes a queue with one job that is none of ours. */
async function otherQueue(eye: { send(...words: string[]): Promise<string> }): Promise<void> {
	const job = { jid: crypto.randomUUID(), jobtype: "other", queue: "other", args: [] };
	await eye.send("PUSH", JSON.stringify(job));
}

/** Runs the command that a message names, as a person would; nc is not everywhere, so that this is its part. */
async function typed(message: string, faktory: string): Promise<string> {
	const [, command = "", host = "", port = ""] = /`(printf '[^']*') \| nc (\S+) (\d+)`/.exec(message) ?? [];
	expect(`tcp://${host}:${port}`).toBe(faktory);
	const { out } = await new Running(["sh", "-c", command], { PATH: process.env.PATH ?? "" }).ended();
	const socket = connect(Number(port), host);
	const answer: Buffer[] = [];
	socket.on("data", (bytes: Buffer) => answer.push(bytes));
	const { promise, resolve } = Promise.withResolvers<void>();
	socket.once("close", () => resolve());
	socket.write(out);
	await promise;
	return Buffer.concat(answer).toString();
}

test("work -q names a paused queue, with a command that resumes it; then the job is done", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, job, faktory } = await scene(stack);
	const jid = await job();
	await eye.send("QUEUE", "PAUSE", run.queue);
	const worker = stack.use(run.start("work", "-q", "--json", "--concurrency", "1"));
	const told = await worker.talk("is paused");
	expect(told).toContain(
		`warn Faktory at ${faktory.slice(6)}, queue ${run.queue} is paused: its 1 job is given to nobody`,
	);
	expect(await typed(told, faktory)).toBe('+HI {"v":2}\r\n+OK\r\n+OK\r\n');
	expect(JSON.parse(await worker.line('"job-done"'))).toMatchObject({ jid });
	worker.kill("SIGTERM");
	const { err } = await worker.ended();
	expect(err.split("\n").filter((line) => line.includes("paused")).length).toBe(1);
});

test("produce -q pushes to a paused queue, names it while it waits, and goes on when it is resumed", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, job, faktory } = await scene(stack);
	// A queue must be there to be paused: it has had a job.
	await job();
	await eye.acknowledge(await eye.take());
	await eye.send("QUEUE", "PAUSE", run.queue);
	const producer = stack.use(run.start("produce", "-q"));
	const told = await producer.talk("is paused");
	expect(told).toContain(`queue ${run.queue} is paused: its 1 job is given to nobody`);
	expect(await eye.size()).toBe(1);
	const worker = stack.use(run.start("work", "-q", "--concurrency", "1"));
	await worker.talk("is paused");
	await typed(told, faktory);
	const { code, err } = await producer.ended();
	expect({ code, lines: err.trim().split("\n").length }).toEqual({ code: 0, lines: 1 });
	worker.kill("SIGTERM");
});

test("produce names it while it rests for want of headroom", async () => {
	await using stack = new AsyncDisposableStack();
	const { faktory } = stack.use(await OwnServers.start(["faktory"]));
	const run = stack.use(await Enumeration.create({ faktory, producer: "headroom: 2", pageSize: 1 }));
	await run.run("init", "--max-tcn", "3");
	const eye = stack.use(await run.eye());
	await pushJob(eye, []);
	await pushJob(eye, []);
	await eye.send("QUEUE", "PAUSE", run.queue);
	const producer = stack.use(run.start("produce", "-q"));
	expect(await producer.talk("is paused")).toContain("its 2 jobs are given to nobody");
	producer.kill("SIGTERM");
	expect(await producer.ended()).toMatchObject({ code: 143 });
});

test("status and doctor name it, and what resumes it", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, job, faktory } = await scene(stack);
	await job();
	const looks = async () => {
		const { queue } = JSON.parse((await run.run("status", "--json")).out);
		const { lines }: { lines: DoctorLine[] } = JSON.parse((await run.run("doctor", "--json")).out);
		return { queue, text: (await run.run("status")).out, line: lines.find(({ text }) => text.startsWith("queue ")) };
	};
	const before = await looks();
	// The eye is the only worker there.
	expect(before.queue).toMatchObject({ enqueued: 1, paused: "no", workers: 1 });
	expect(before.queue.oldest_seconds).toBeGreaterThan(0);
	expect(before.text).toMatch(/\noldest job \d+ s, 1 worker\n/);
	expect(before.text).not.toContain("paused");
	expect(before.line).toMatchObject({ state: "ok", text: `queue ${run.queue}: 1 jobs` });

	await eye.send("QUEUE", "PAUSE", run.queue);
	const held = await looks();
	expect(held.queue.paused).toBe("yes");
	expect(held.queue.resume).toContain(`QUEUE RESUME ${run.queue}`);
	expect(held.text).toContain("the queue is paused: its 1 job is given to nobody; resume it on the server's web");
	expect(held.line).toMatchObject({
		state: "warn",
		text: `queue ${run.queue} is paused: its 1 job is given to nobody`,
	});
	expect(held.line?.hint).toBe(held.queue.resume);
	// The command is on one line, to be copied.
	expect(await typed(held.text, faktory)).toContain("+OK");
	expect((await looks()).queue.paused).toBe("no");
});

test("beside other queues: perhaps this one, as long as its jobs are not taken; a worker knows", async () => {
	await using stack = new AsyncDisposableStack();
	const { run, eye, job } = await scene(stack);
	await otherQueue(eye);
	await job();
	await eye.send("QUEUE", "PAUSE", "other");
	const paused = async () => JSON.parse((await run.run("status", "--json")).out).queue.paused;
	expect(await paused()).toBe("perhaps");
	const { lines }: { lines: DoctorLine[] } = JSON.parse((await run.run("doctor", "--json")).out);
	const says = `queue ${run.queue}: nobody takes its 1 job, and a queue of this server is paused, perhaps this one`;
	expect(lines).toContainEqual(expect.objectContaining({ state: "warn", text: says }));
	const worker = stack.use(run.start("work", "--json", "--concurrency", "1"));
	await worker.line('"job-done"');
	expect(await paused()).toBe("no");
	await eye.send("QUEUE", "PAUSE", run.queue);
	await job();
	expect(await worker.talk("paused")).toContain(`queue ${run.queue} is paused: its 1 job is given to nobody`);
	await eye.send("QUEUE", "RESUME", run.queue);
	await worker.line('"job-done"');
	await worker.talk("gives jobs again");
	worker.kill("SIGTERM");
	await worker.ended();
});

test("with a password the command is for a client that is logged in", async () => {
	await using stack = new AsyncDisposableStack();
	const { faktory } = stack.use(await OwnServers.start(["faktory"], { FAKTORY_PASSWORD: "secret" }));
	const url = faktory.replace("tcp://", "tcp://:secret@");
	const run = stack.use(await Enumeration.create({ faktory: url }));
	await run.run("init", "--max-tcn", "3");
	expect(await run.run("produce", "--once", "-q")).toMatchObject({ code: 0, err: "" });
	const port = Number(new URL(url.replace("tcp:", "http:")).port);
	const config = { host: "127.0.0.1", port, password: new Secret("secret"), tls: undefined, queue: run.queue };
	const line = await openConnection(config, 5000);
	await line.ask(["QUEUE", "PAUSE", run.queue], 5000);
	const worker = stack.use(run.start("work", "-q", "--concurrency", "1"));
	expect(await worker.talk("is paused")).toEndWith(
		`resume it on the server's web page, under Queues, or by a client that is logged in: \`QUEUE RESUME ${run.queue}\``,
	);
	await line.ask(["QUEUE", "RESUME", run.queue], 5000);
	line.close();
	worker.kill("SIGTERM");
	await worker.ended();
});
