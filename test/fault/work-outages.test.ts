import { expect, test } from "bun:test";
import { Enumeration, type Placing } from "../support/enumeration.ts";
import { firstPages, pushJob } from "../support/jobs.ts";
import { MongoProxy } from "../support/mongo-proxy.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { tanglesUpTo } from "../support/tangle-sets.ts";
import { storedUpTo, totalsUpTo } from "../support/tangle-store.ts";
import type { Run } from "../support/tangles.ts";

/** All tangles up to TCN 6, and the stencils of 7, on one page size. */
async function upToSix(placing: Placing): Promise<Enumeration> {
	const run = await Enumeration.create({ pageSize: 20, ...placing });
	await run.run("init", "--max-tcn", "7");
	const sets = await tanglesUpTo(6);
	const known = new Set((await run.tangles.find().toArray()).map(({ notation }) => notation));
	const missing = sets.flat().filter(({ notation }) => !known.has(notation));
	await run.tangles.insertMany(missing.map((tangle) => ({ ...tangle })));
	await run.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 6 } });
	await run.stencils.updateMany({ TCN: { $lt: 7 } }, { $set: { state: 3 } });
	return run;
}

/** The producer ends well, TCN 7 is whole, and no job has failed: an outage is nothing that is wrong with a job. */
async function expectAllDone(run: Enumeration, producer: Run, worker: Run): Promise<void> {
	const { code, err } = await producer.ended();
	expect({ code, err }).toMatchObject({ code: 0 });
	expect(await storedUpTo(run, 7)).toEqual(totalsUpTo(7));
	worker.kill("SIGTERM");
	const ended = await worker.ended();
	expect(ended.out.split("\n").filter((line) => line.includes('"job-failed"'))).toEqual([]);
	expect(ended.code).toBe(143);
}

/** Resolves when a worker is in the middle of its jobs: its second write is stopped, however quick it is. */
async function secondWrite(proxy: MongoProxy) {
	const first = await proxy.stop("request", "insert");
	const second = proxy.stop("request", "insert");
	first.pass();
	return await second;
}

test("the database is killed in the middle and comes back: ridden out, and nothing is missing", async () => {
	await using servers = await OwnServers.start(["faktory", "mongo"]);
	await using proxy = await MongoProxy.start(servers.mongo);
	await using run = await upToSix({ faktory: servers.faktory, mongo: proxy.uri(true) });
	await using producer = run.start("produce", "--json");
	await producer.line('"waiting"');
	const writing = secondWrite(proxy);
	await using worker = run.start("work", "--json");
	const write = await writing;
	await servers.signal("mongo", "SIGKILL");
	write.pass();
	await worker.talk("is out of reach");
	await servers.start();
	await worker.talk("answers again");
	await expectAllDone(run, producer, worker);
});

test("the queue is killed in the middle of a job and comes back: that job is acknowledged, and nothing is missing", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using proxy = await MongoProxy.start(shared.mongo());
	await using run = await upToSix({ faktory: servers.faktory, mongo: proxy.uri(true) });
	await using producer = run.start("produce", "--json");
	await producer.line('"waiting"');
	const writing = proxy.stop("request", "insert");
	// One at a time, so that no other is being fetched: what a server that is killed has taken out of its queue and not
	// yet noted as reserved is lost.
	await using worker = run.start("work", "--json", "--concurrency", "1");
	const write = await writing;
	await servers.signal("faktory", "SIGKILL");
	write.pass();
	await worker.talk("is out of reach");
	await servers.start();
	await worker.talk("answers again");
	await expectAllDone(run, producer, worker);
});

test("a database that goes mute: nothing is acknowledged; 69 within patience, and the job is handed back", async () => {
	await using servers = await OwnServers.start(["faktory", "mongo"]);
	await using proxy = await MongoProxy.start(servers.mongo);
	await using run = await upToSix({ faktory: servers.faktory, mongo: proxy.uri(true), producer: "patience: 3s" });
	await using eye = await run.eye();
	await run.run("produce", "--once");
	const jobs = await eye.size();
	const writing = secondWrite(proxy);
	await using worker = run.start("work", "--json", "--concurrency", "1");
	const write = await writing;
	await servers.signal("mongo", "SIGSTOP");
	write.pass();
	const { code, out, err } = await worker.ended();
	await servers.signal("mongo", "SIGCONT");
	expect(code).toBe(69);
	expect(err).toMatch(/MongoDB at 127\.0\.0\.1:\d+ is unreachable or did not answer in time, tried for \d+\.\d s/);
	const of = (event: string) => out.split("\n").filter((line) => line.includes(`"event":"${event}"`));
	expect(of("job-failed")).toHaveLength(1);
	const counters = await eye.counters();
	expect(counters).toMatchObject({ processed: of("job-done").length + 1, failed: 1, working: 0, retries: 1 });
	expect(await eye.size()).toBe(jobs - of("job-done").length - 1);
});

/**
 * A worker with one job, of rootstocks of TCN 1 and scions of TCN 6, whose first write, or the reply to it, was
 * stopped.
 */
async function oneJob(faktory: string, proxy: MongoProxy, what: "request" | "reply", scene: AsyncDisposableStack) {
	const run = scene.use(await upToSix({ faktory, mongo: proxy.uri(true) }));
	const eye = scene.use(await run.eye());
	await pushJob(eye, await firstPages(run, 1, 6));
	const stopped = proxy.stop(what, "insert");
	const worker = scene.use(run.start("work", "--json"));
	return { run, eye, worker, stopped: await stopped };
}

test("a write whose confirmation is lost: the job is not acknowledged before it is confirmed", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using proxy = await MongoProxy.start(shared.mongo());
	await using scene = new AsyncDisposableStack();
	const { run, eye, worker, stopped: confirmation } = await oneJob(servers.faktory, proxy, "reply", scene);
	const written = await run.tangles.countDocuments({ TCN: 7 });
	expect(written).toBeGreaterThan(4);
	expect(await eye.counters()).toMatchObject({ processed: 0, working: 1 });
	confirmation.cut();
	expect(JSON.parse(await worker.line('"job-done"'))).toMatchObject({ tangles: written - 4 });
	await worker.line('"waiting"');
	expect(await eye.counters()).toMatchObject({ processed: 1, failed: 0, working: 0 });
	expect(await run.tangles.countDocuments({ TCN: 7 })).toBe(written);
});

test("writes that never arrive, again and again: sent until they do, and the job does not fail by it", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using proxy = await MongoProxy.start(shared.mongo());
	await using scene = new AsyncDisposableStack();
	const { run, eye, worker, stopped } = await oneJob(servers.faktory, proxy, "request", scene);
	// The driver itself sends a write twice.
	let write = stopped;
	for (let cut = 0; cut < 4; cut += 1) {
		const next = proxy.stop("request", "insert");
		write.cut();
		write = await next;
	}
	expect(await run.tangles.countDocuments({ TCN: 7 })).toBe(4);
	write.pass();
	const { tangles, stored } = JSON.parse(await worker.line('"job-done"'));
	expect(stored).toBe(tangles);
	expect(await run.tangles.countDocuments({ TCN: 7 })).toBe(tangles + 4);
	expect(await eye.counters()).toMatchObject({ processed: 1, failed: 0, working: 0 });
});

test("a queue that goes mute: 69 within patience; what was stored is kept, the job given out again", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await upToSix({ faktory: servers.faktory, producer: "patience: 3s" });
	await using eye = await run.eye();
	await run.run("produce", "--once");
	await using worker = run.start("work", "--json", "--concurrency", "1");
	await worker.line('"job-done"');
	await servers.signal("faktory", "SIGSTOP");
	const { code, err, out } = await worker.ended();
	await servers.signal("faktory", "SIGCONT");
	expect(code).toBe(69);
	expect(err).toMatch(/Faktory at 127\.0\.0\.1:\d+ is unreachable or did not answer in time, tried for \d+\.\d s/);
	const done = out.split("\n").filter((line) => line.includes('"job-done"')).length;
	// An acknowledgement may have come without its answer getting through.
	const { processed } = await eye.counters();
	expect(processed === done || processed === done + 1).toBe(true);
});
