import { expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { pairCounts } from "../support/queue.ts";
import { OwnServers } from "../support/servers.ts";

const WINDOW = 4;
const CHUNK = 100;
// A run that is killed keeps its lock for the time of its session.
const SESSION = "1s";
const SETTINGS = `window: ${WINDOW}, chunk: ${CHUNK}, headroom: 1000000`;
const PAIRS = 50_000;

/** One stencil of 250 x 200 pages. */
async function large(faktory: string, producer = SETTINGS): Promise<Enumeration> {
	const run = await Enumeration.create({ faktory, pageSize: 1, producer, sessionTimeout: SESSION });
	await run.prepare(6, 7, [3, 4]);
	await run.addTangles(3, 250, true);
	await run.addTangles(4, 200, true);
	return run;
}

async function consumed(run: Enumeration) {
	await using eye = await run.eye();
	const jobs = await eye.take();
	return { pairs: pairCounts(jobs).size, doubles: jobs.length - pairCounts(jobs).size };
}

/** Ends a run at twenty random moments of its pushing, each time begun again, until the stencil is complete. */
async function interrupted(run: Enumeration, signal: NodeJS.Signals): Promise<number> {
	let stops = 0;
	for (;;) {
		const producer = run.start("produce", "--once", "--json", "--wait", "60s");
		if (stops < 20) {
			await producer.line('"pages"');
			// The moment itself is what is tried: no event marks it.
			await Bun.sleep(Math.random() * 60);
			producer.kill(signal);
		}
		const { code, out, err } = await producer.ended();
		if (code === 0) return stops;
		stops += 1;
		if (signal === "SIGTERM")
			expect({ code, err: err.includes("stopped by SIGTERM") }).toEqual({ code: 143, err: true });
		expect(out).not.toContain("stencil-complete");
	}
}

test("SIGKILL at random moments: no pair is missing, and the doubles are within the bound", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await large(servers.faktory);
	const stops = await interrupted(run, "SIGKILL");
	expect(stops).toBeGreaterThan(5);
	const { pairs, doubles } = await consumed(run);
	expect(pairs).toBe(PAIRS);
	expect(doubles).toBeLessThanOrEqual(stops * 2 * WINDOW * CHUNK);
});

test("SIGTERM at random moments: no pair is missing, and none is doubled", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await large(servers.faktory);
	expect(await interrupted(run, "SIGTERM")).toBeGreaterThan(5);
	expect(await consumed(run)).toEqual({ pairs: PAIRS, doubles: 0 });
});

test("the server is killed and comes back: the run rides it out, and no pair is missing", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await large(servers.faktory);
	const producer = run.start("produce", "--once", "--json");
	await producer.line('"pages"');
	await servers.signal("faktory", "SIGKILL");
	await servers.start();
	const { code, err } = await producer.ended();
	expect({ code, err: err.includes("is out of reach") && err.includes("answers again") }).toEqual({
		code: 0,
		err: true,
	});
	expect((await consumed(run)).pairs).toBe(PAIRS);
});

test("a mute server: exit 69 within its patience, with name, address and time; the next run goes on", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await large(servers.faktory, `${SETTINGS}, patience: 2s`);
	const producer = run.start("produce", "--once", "--json");
	await producer.line('"pages"');
	await servers.signal("faktory", "SIGSTOP");
	const began = performance.now();
	const { code, err } = await producer.ended();
	const seconds = (performance.now() - began) / 1000;
	await servers.signal("faktory", "SIGCONT");
	expect(code).toBe(69);
	expect(err).toMatch(/Faktory at 127\.0\.0\.1:\d+ is unreachable or did not answer in time, tried for \d+\.\d s/);
	// Two seconds of patience, five for what is in flight, and a busy machine.
	expect(seconds).toBeLessThan(20);
	expect(await run.run("produce", "--once")).toMatchObject({ code: 0 });
	expect((await consumed(run)).pairs).toBe(PAIRS);
});

test("two producers at once, without the lock: no pair is missing, and the first stops with a clear word", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await large(servers.faktory);
	const first = run.start("produce", "--once", "--json", "--no-lock");
	await first.line('"pages"');
	const second = run.start("produce", "--once", "--json", "--no-lock");
	const [one, two] = await Promise.all([first.ended(), second.ended()]);
	expect(two.code).toBe(0);
	expect(one.code).toBe(79);
	expect(one.err).toContain("another producer has taken over");
	const { pairs, doubles } = await consumed(run);
	expect(pairs).toBe(PAIRS);
	expect(doubles).toBeLessThanOrEqual(2 * WINDOW * CHUNK);
});
