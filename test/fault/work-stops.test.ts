import { expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { firstPages, pushJob } from "../support/jobs.ts";
import { MongoProxy } from "../support/mongo-proxy.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { polled } from "../support/until.ts";

/** One job whose write is stopped on its way, and the worker that waits for it; all of it on `scene`. */
async function stuck(scene: AsyncDisposableStack) {
	const { faktory } = scene.use(await OwnServers.start(["faktory"]));
	const proxy = scene.use(await MongoProxy.start(shared.mongo()));
	const run = scene.use(await Enumeration.create({ faktory, mongo: proxy.uri(true) }));
	await run.run("init", "--max-tcn", "3");
	const stopped = proxy.stop("request", "insert");
	const eye = scene.use(await run.eye());
	const jid = await pushJob(eye, await firstPages(run, 1, 2));
	const worker = scene.use(run.start("work", "--json", "--concurrency", "1"));
	const write = await stopped;
	return { run, eye, jid, worker, write };
}

const of = (out: string, event: string) =>
	out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line))
		.filter((line) => line.event === event);

test("SIGTERM: a job that can be finished is, and is acknowledged; no further one is fetched", async () => {
	await using scene = new AsyncDisposableStack();
	const { eye, jid, worker, write } = await stuck(scene);
	await pushJob(eye, [1]);
	worker.kill("SIGTERM");
	expect(JSON.parse(await worker.line('"stopping"'))).toMatchObject({ working: 1 });
	write.pass();
	const { code, out } = await worker.ended();
	expect(code).toBe(143);
	expect(of(out, "job-done")).toMatchObject([{ jid, stored: 4 }]);
	expect(await eye.counters()).toMatchObject({ processed: 1, failed: 0, working: 0 });
	expect(await eye.size()).toBe(1);
});

test("SIGTERM: a job that does not end in time is handed back, and is given out again", async () => {
	await using scene = new AsyncDisposableStack();
	const { run, eye, jid, worker } = await stuck(scene);
	worker.kill("SIGTERM");
	const { code, out } = await worker.ended();
	expect(code).toBe(143);
	expect(of(out, "job-failed")).toMatchObject([{ jid, errtype: "Stopped", handed_back: true }]);
	expect(of(out, "stopped")).toMatchObject([{ done: 0, failed: 0, handed_back: 1 }]);
	expect(await eye.counters()).toMatchObject({ processed: 1, failed: 1, working: 0, retries: 1 });
	await eye.send("MUTATE", JSON.stringify({ cmd: "requeue", target: "retries", filter: { jids: [jid] } }));
	await using next = run.start("work", "--json");
	expect(JSON.parse(await next.line('"job-done"'))).toMatchObject({ jid, tangles: 4 });
});

test("a second signal ends it at once; what it worked on is handed back all the same", async () => {
	await using scene = new AsyncDisposableStack();
	const { eye, worker } = await stuck(scene);
	worker.kill("SIGINT");
	await worker.line('"stopping"');
	worker.kill("SIGINT");
	expect(await worker.ended()).toMatchObject({ code: 130 });
	await handedBack(eye);
});

test("SIGKILL: what it worked on is handed back by its grafters", async () => {
	await using scene = new AsyncDisposableStack();
	const { run, eye, worker } = await stuck(scene);
	worker.kill("SIGKILL");
	await worker.ended();
	await handedBack(eye);
	expect(await run.tangles.countDocuments({ TCN: 3 })).toBe(4);
});

/** Resolves when the one job is no longer reserved; it then has failed. */
async function handedBack(eye: Awaited<ReturnType<Enumeration["eye"]>>): Promise<void> {
	const counters = await polled("a job that is no longer reserved", async () => {
		const now = await eye.counters();
		return now.working > 0 ? undefined : now;
	});
	expect(counters).toMatchObject({ failed: 1, retries: 1 });
}

test("a grafter that is killed: its job is handed back, and the next one gets a new grafter", async () => {
	await using scene = new AsyncDisposableStack();
	const { run, eye, jid, worker, write } = await stuck(scene);
	const [grafter] = await childrenOf(worker.pid);
	process.kill(grafter ?? 0, "SIGKILL");
	write.pass();
	// Whether it had given all of its tangles by then or not, none is lost.
	await worker.line('"job-');
	const second = await pushJob(eye, await firstPages(run, 1, 2));
	expect(JSON.parse(await worker.line('"job-done"'))).toMatchObject({ jid: second });
	const [replaced] = await childrenOf(worker.pid);
	expect(replaced).not.toBe(grafter);
	worker.kill("SIGTERM");
	const { out } = await worker.ended();
	expect([...of(out, "job-failed"), ...of(out, "job-done")].map((event) => event.jid).toSorted()).toEqual(
		[jid, second].toSorted(),
	);
});

async function childrenOf(pid: number): Promise<number[]> {
	const text = await Bun.file(`/proc/${pid}/task/${pid}/children`).text();
	return text.trim().split(" ").filter(Boolean).map(Number);
}
