import { afterAll, beforeAll, expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { Random } from "../support/random.ts";
import { OwnServers } from "../support/servers.ts";
import { totalsOf, totalsUpTo } from "../support/tangle-store.ts";

const SEQUENCES = Number(process.env.SEQUENCES ?? 4);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

// The counters of a Faktory server are one for all its queues, so the tests here have one to themselves.
let servers: OwnServers;
beforeAll(async () => {
	servers = await OwnServers.start(["faktory"]);
});
afterAll(async () => {
	await servers[Symbol.asyncDispose]();
});

async function enumeration(maxTcn: number, pageSize: number): Promise<Enumeration> {
	const producer = "headroom: 40, chunk: 5, window: 2";
	const run = await Enumeration.create({ faktory: servers.faktory, pageSize, producer });
	await using eye = await run.eye();
	await eye.send("FLUSH");
	expect(await run.run("init", "--max-tcn", String(maxTcn))).toMatchObject({ code: 0 });
	return run;
}

const produce = async (run: Enumeration, ...words: string[]) => await run.run("produce", "--no-lock", ...words);

async function verified(run: Enumeration, maxTcn: number): Promise<void> {
	for (let tcn = 1; tcn <= maxTcn; tcn += 1) {
		const { code, out } = await run.run("verify", "--tcn", String(tcn));
		expect({ tcn, code, out }).toMatchObject({ code: 0 });
	}
}

test("a stencil that was missing: recover opens its TCN again, and produce drains it before it pages the next", async () => {
	await using run = await enumeration(9, 50);
	await run.stencils.deleteOne({ rootstock_tcn: 1, scion_tcn: 7 });
	await using worker = run.start("work", "--json");
	await worker.line('"started"');
	expect(await produce(run, "--until-tcn", "8")).toMatchObject({ code: 0 });
	expect((await totalsOf(run, 8))[1]).toBeLessThan(2064);
	const recovered = await run.run("recover", "--no-lock");
	expect(recovered).toMatchObject({ code: 0 });
	expect(await run.config()).toMatchObject({ current_completed_tcn: 7 });
	const last = await produce(run, "--json");
	expect(last.code).toBe(0);
	const events = last.out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	const drained = events.findIndex(({ event, tcn }) => event === "tcn-complete" && tcn === 8);
	const paged = events.findIndex(({ event, tcn }) => event === "stencil-started" && tcn === 9);
	expect(drained).toBeGreaterThan(0);
	expect(paged).toBeGreaterThan(drained);
	expect(await Promise.all(totalsUpTo(9).map(async ([tcn]) => await totalsOf(run, tcn)))).toEqual([...totalsUpTo(9)]);
	await verified(run, 9);
});

test.each([
	["max_tcn is reached", []],
	["the TCN asked for is reached", ["--until-tcn", "6"]],
])("%s with a stencil open below: the dry run shows it, and it is pushed and drained first", async (_, words) => {
	await using run = await enumeration(6, 10);
	await using worker = run.start("work", "--json");
	await worker.line('"started"');
	expect(await produce(run)).toMatchObject({ code: 0 });
	const [stencil] = await run.stencils.find({ rootstock_tcn: 2, scion_tcn: 3 }).toArray();
	await run.stencils.updateOne({ _id: stencil?._id ?? "" }, { $set: { state: 1 } });
	const lost = await run.tangles.find({ TCN: 6, notation: /\(/ }).limit(40).toArray();
	await run.tangles.deleteMany({ _id: { $in: lost.map(({ _id }) => _id) } });

	const dry = await produce(run, "--dry-run", "--json", ...words);
	expect(JSON.parse(dry.out)).toMatchObject([{ tcn: 5, rootstock_tcn: 2, scion_tcn: 3, pushed_before: 0 }]);
	expect(dry.err).toContain("TCN 5 counts as complete, but is not");
	const { code, out, err } = await produce(run, "--json", ...words);
	expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('"event":"tcn-reopened","tcn":5') });
	expect(err).toContain("TCN 5 counted as complete, but a stencil of it is not complete");
	// TCN 6 was made from TCN 5, so it was pushed again.
	await verified(run, 6);
	expect(await produce(run, "-q", ...words)).toEqual({ code: 0, out: "", err: expect.any(String) });
});

test("current_completed_tcn is raised by hand while jobs are under way: the TCN is drained before the next is paged", async () => {
	await using run = await enumeration(5, 10);
	{
		await using worker = run.start("work", "--json");
		await worker.line('"started"');
		expect(await produce(run, "--until-tcn", "3")).toMatchObject({ code: 0 });
	}
	expect(await produce(run, "--once")).toMatchObject({ code: 0 });
	await run.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 4 } });
	const producer = run.start("produce", "--no-lock", "--json");
	await producer.line('"tcn-reopened","tcn":4');
	await using worker = run.start("work", "--json");
	await worker.line('"started"');
	const { code, err } = await producer.ended();
	expect(code).toBe(0);
	expect(err).toContain("TCN 4 counted as complete, but its jobs are not finished");
	await verified(run, 5);
});

/** Damage that the documents show: it is repaired without a person. */
const DAMAGES: readonly ((run: Enumeration, random: Random) => Promise<unknown>)[] = [
	async (run, random) => await run.stencils.deleteOne({ TCN: 3 + random.below(4) }),
	async (run, random) =>
		await run.stencils.updateOne({ TCN: 3 + random.below(4) }, { $set: { state: random.below(3) } }),
	async (run, random) =>
		await run.stencils.updateOne({ TCN: 3 + random.below(4), state: { $ne: 3 } }, { $unset: { cursor: "" } }),
	async (run, random) =>
		await run.stencils.updateOne(
			{ cursor: { $exists: true }, TCN: { $gte: 3 + random.below(3) } },
			{ $set: { "cursor.pair": random.below(50) } },
		),
];

/** Runs a verb and ends it by SIGKILL at a random moment, or lets it end. */
async function perhapsKilled(run: Enumeration, random: Random, ...words: string[]): Promise<number> {
	await using child = run.start(...words, "--no-lock");
	if (random.chance(0.6)) {
		// The moment itself is what is tried: no event marks it.
		await Bun.sleep(random.below(700));
		child.kill("SIGKILL");
	}
	return (await child.ended()).code;
}

test(`${SEQUENCES} random sequences with SIGKILL (seed ${SEED}): verify is clean in the end, or a run says 65`, async () => {
	for (let at = 0; at < SEQUENCES; at += 1) {
		const random = new Random(SEED + at);
		await using run = await enumeration(6, 5 + random.below(20));
		await using worker = run.start("work", "--json");
		await worker.line('"started"');
		for (let step = 0; step < 6; step += 1) {
			const what = random.below(3);
			if (what === 0) await random.of(DAMAGES)?.(run, random);
			else await perhapsKilled(run, random, ...(what === 1 ? ["recover"] : ["produce"]));
		}
		const ends = [(await run.run("recover", "--no-lock")).code, (await produce(run)).code];
		// A stencil that recover left to produce may have been repaired by it, so recover is asked once more.
		ends.push((await run.run("recover", "--no-lock")).code, (await produce(run)).code);
		if (ends.includes(65)) continue;
		expect({ at, ends }).toEqual({ at, ends: [0, 0, 0, 0] });
		await verified(run, 6);
	}
});
