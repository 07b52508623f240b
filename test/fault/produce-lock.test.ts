import { expect, test } from "bun:test";
import { acquire } from "../../src/locks/acquire.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { Enumeration, type Placing } from "../support/enumeration.ts";
import { HoldingProxy } from "../support/holding-proxy.ts";
import { pairCounts, QueueEye } from "../support/queue.ts";
import { shared } from "../support/servers.ts";
import { Run } from "../support/tangles.ts";
import { polled } from "../support/until.ts";
import { ZookeeperProxy } from "../support/zookeeper-proxy.ts";

const never = new AbortController().signal;
/** A job has about 200 bytes. */
const BYTES_OF_SOME_JOBS = 2_000_000;

/** One stencil of 200 x 200 pages. */
async function prepared(placing: Placing = {}): Promise<Enumeration> {
	const producer = "window: 4, chunk: 100, headroom: 1000000";
	const run = await Enumeration.create({ pageSize: 1, producer, ...placing });
	await run.prepare(6, 7, [3, 4]);
	await run.addTangles(3, 200, true);
	await run.addTangles(4, 200, true);
	return run;
}

async function holdLockOf(run: Enumeration) {
	const config = { connect: `${shared.zookeeper()}/${run.db.databaseName}`, sessionTimeoutMs: 6000, auth: undefined };
	const session = await openSession(config, never);
	const path = `/tangles/producer/${run.db.databaseName}.arborescent_stencils`;
	const lock = await acquire(session, path, { layout: "both", waitMs: 0, data: "10.0.0.1", signal: never });
	const end = async () => {
		await lock.release();
		await session.close();
	};
	return { path, end };
}

test("held elsewhere: 75 and nothing pushed, naming the holder; skip makes it 0 and -q silent; --wait waits", async () => {
	await using run = await prepared();
	const { path, end } = await holdLockOf(run);
	const refused = await run.run("produce", "--once");
	expect(refused.code).toBe(75);
	expect(refused.err).toContain(`${path} is held by 10.0.0.1 since 20`);
	expect(await run.run("produce", "--once", "-q", "--if-locked", "skip")).toEqual({ code: 0, out: "", err: "" });
	expect((await run.config())?.epoch).toBeUndefined();
	const waiting = run.start("produce", "--once", "--wait", "60s");
	await end();
	expect((await waiting.ended()).code).toBe(0);
	await using eye = await run.eye();
	expect(await eye.size()).toBe(40_000);
});

test("the lock is in doubt: pushing rests; back in time: it goes on, each pair once", async () => {
	await using proxy = await ZookeeperProxy.start(shared.zookeeper());
	// Some of the jobs pass, however quick the host: the lock is in doubt between two pushes.
	await using faktory = await HoldingProxy.start(shared.faktory(), BYTES_OF_SOME_JOBS);
	await using run = await prepared({ zookeeper: proxy.address, sessionTimeout: "12s", faktory: faktory.url });
	await using eye = await QueueEye.open(shared.faktory(), run.queue);
	const producer = run.start("produce", "--once", "--json");
	await faktory.held;
	proxy.cut();
	await producer.talk("work is frozen");
	faktory.release();
	// Chunks that were sent before still arrive, as quickly as the host allows; then only time can show that nothing is
	// added. A producer that goes on adds all.
	const before = await polled("a queue to which nothing is added", async () => {
		const size = await eye.size();
		await Bun.sleep(90);
		return size === (await eye.size()) ? { size } : undefined;
	});
	expect(before.size).toBeLessThan(40_000);
	proxy.restore();
	await producer.talk("work goes on");
	expect((await producer.ended()).code).toBe(0);
	const jobs = await eye.take();
	expect({ jobs: jobs.length, pairs: pairCounts(jobs).size }).toEqual({ jobs: 40_000, pairs: 40_000 });
});

test("the lock is lost: exit 79 at once, and the next run goes on where it stopped", async () => {
	await using proxy = await ZookeeperProxy.start(shared.zookeeper());
	await using faktory = await HoldingProxy.start(shared.faktory(), BYTES_OF_SOME_JOBS);
	await using run = await prepared({ zookeeper: proxy.address, sessionTimeout: "2s", faktory: faktory.url });
	const producer = run.start("produce", "--once", "--json");
	await faktory.held;
	proxy.cut();
	await producer.talk("work is frozen");
	faktory.release();
	const { code, err } = await producer.ended();
	expect({ code, err }).toMatchObject({ code: 79, err: expect.stringContaining("was lost: the session is gone") });
	proxy.restore();
	expect((await run.run("produce", "--once", "--wait", "30s")).code).toBe(0);
	await using eye = await run.eye();
	const jobs = await eye.take();
	expect({ jobs: jobs.length, pairs: pairCounts(jobs).size }).toEqual({ jobs: 40_000, pairs: 40_000 });
});

test("without ZooKeeper: 78 that says what is missing, or --no-lock with a warning", async () => {
	await using run = await prepared();
	const { TANGLES_ZOOKEEPER: _, ...env } = run.env;
	const refused = await new Run(["produce", "--once"], env).ended();
	expect({ code: refused.code, err: refused.err }).toMatchObject({
		code: 78,
		err: expect.stringContaining("TANGLES_ZOOKEEPER"),
	});
	const { code, err } = await new Run(["produce", "--once", "--no-lock"], env).ended();
	expect(code).toBe(0);
	expect(err).toContain("warn running without the lock /tangles/producer/");
});

test.each([
	[["--wait", "soon"], '--wait is "soon", which is not a time'],
	[["--if-locked", "wait"], '--if-locked is "wait"; expected fail or skip'],
])("%j: exit 64", async (words, text) => {
	await using run = await prepared();
	const { code, err } = await run.run("produce", "--once", ...words);
	expect({ code, err: err.replaceAll(/\n\S+ error /g, "; ") }).toMatchObject({
		code: 64,
		err: expect.stringContaining(text),
	});
});
