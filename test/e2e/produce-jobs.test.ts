import { describe, expect, test } from "bun:test";
import { ObjectId } from "mongodb";
import { Enumeration } from "../support/enumeration.ts";
import { tangles } from "../support/tangles.ts";

describe("the jobs of one stencil", () => {
	test("page size 2, six rootstocks, six good scions: nine jobs, in order, each as the workers know it", async () => {
		await using run = await Enumeration.create({ pageSize: 2 });
		const [stencil = new ObjectId()] = await run.prepare(6, 7, [3, 4]);
		const rootstocks = await run.addTangles(3, 6, false);
		const scions = await run.addTangles(4, 6, true);
		// Beyond the last good one, so that it would begin a page if it were counted.
		await run.addTangles(4, 3, false, 6);
		const ended = await run.run("produce", "--once");
		expect(ended).toMatchObject({ code: 0, out: "" });
		await using eye = await run.eye();
		const jobs = await eye.take();
		const starts = (ids: string[]) => ids.filter((_, at) => at % 2 === 0);
		expect(jobs.map(({ args }) => args)).toEqual(
			starts(rootstocks).flatMap((r) => starts(scions).map((s) => [r, 3, s, 4, 2] as const)),
		);
		expect(new Set(jobs.map(({ jid }) => jid)).size).toBe(9);
		for (const job of jobs) {
			expect(job).toMatchObject({ jobtype: "arbor_job", queue: run.queue, retry: 25, reserve_for: 1800, backtrace: 5 });
		}
		const after = await run.stencil(stencil);
		expect(after).toMatchObject({ state: 3, progress: { round: 7, pushed: 9, total: 9 } });
		expect(after).not.toHaveProperty("cursor");
	});

	test("rootstocks and scions of one TCN: rootstocks are all, scions are the good ones", async () => {
		await using run = await Enumeration.create({ pageSize: 1 });
		await run.prepare(7, 8, [4, 4]);
		const bad = await run.addTangles(4, 2, false);
		const good = await run.addTangles(4, 3, true, 2);
		expect(await run.run("produce", "--once")).toMatchObject({ code: 0 });
		await using eye = await run.eye();
		expect((await eye.take()).map(({ args }) => [args[0], args[2]])).toEqual(
			[...bad, ...good].flatMap((r) => good.map((s) => [r, s])),
		);
	});

	for (const [pageSize, rootstocks, scions, jobs] of [
		[500, 6, 6, 1],
		[7, 20, 13, 6],
		[1, 3, 2, 6],
		[6, 6, 6, 1],
	] as const) {
		test(`page size ${pageSize}: ${rootstocks} rootstocks and ${scions} scions make ${jobs} jobs`, async () => {
			await using run = await Enumeration.create({ pageSize, producer: "chunk: 4, window: 2" });
			await run.prepare(6, 7, [3, 4]);
			await run.addTangles(3, rootstocks, true);
			await run.addTangles(4, scions, true);
			const dry = await run.run("produce", "--dry-run", "--json");
			expect(JSON.parse(dry.out)).toMatchObject([{ tcn: 7, rootstock_tcn: 3, scion_tcn: 4, jobs, pushed_before: 0 }]);
			await using eye = await run.eye();
			expect(await eye.size()).toBe(0);
			expect(await run.run("produce", "--once", "--json")).toMatchObject({ code: 0 });
			expect(await eye.size()).toBe(jobs);
		});
	}
});

describe("a stencil with an empty side", () => {
	for (const [missing, rootstocks, scions] of [
		["there is no tangle of TCN 3", 0, 2],
		["there is no good tangle of TCN 4", 2, 0],
	] as const) {
		test(`${missing}: exit 65, the stencil is named and stays open`, async () => {
			await using run = await Enumeration.create();
			const [stencil = new ObjectId()] = await run.prepare(6, 7, [3, 4]);
			if (rootstocks > 0) await run.addTangles(3, rootstocks, true);
			if (scions > 0) await run.addTangles(4, scions, true);
			await run.addTangles(4, 2, false, 10);
			const { code, err, out } = await run.run("produce");
			expect(code).toBe(65);
			expect(err).toContain(`stencil ${stencil} (rootstocks of TCN 3, scions of TCN 4): ${missing}`);
			expect(err).toContain("the stencil stays open");
			expect(out).toBe("");
			expect((await run.stencil(stencil))?.state).not.toBe(3);
			await using eye = await run.eye();
			expect(await eye.size()).toBe(0);
		});
	}
});

describe("the order of the stencils", () => {
	test("interrupted ones first, then by TCN and rootstock; those beyond n+1 stay new", async () => {
		await using run = await Enumeration.create();
		const ids = await run.prepare(6, 9, [4, 3], [3, 4], [4, 4]);
		await run.addStencil({ rootstock_tcn: 5, scion_tcn: 2, TCN: 7, state: 2 });
		await run.addStencil({ rootstock_tcn: 0, scion_tcn: 7, TCN: 7 });
		for (const tcn of [2, 3, 4, 5]) await run.addTangles(tcn, 1, true);
		expect(await run.run("produce", "--once")).toMatchObject({ code: 0 });
		await using eye = await run.eye();
		const jobs = await eye.take();
		expect(jobs.map(({ args }) => [args[1], args[3]])).toEqual([
			[5, 2],
			[3, 4],
			[4, 3],
		]);
		expect((await run.stencil(ids[2] ?? new ObjectId()))?.state).toBe(0);
	});
});

describe("a cursor", () => {
	test("is where pushing goes on; one that lies on no page start is told, and all is pushed again", async () => {
		await using run = await Enumeration.create({ pageSize: 2 });
		await run.prepare(6, 7);
		const rootstocks = await run.addTangles(3, 6, true);
		const scions = await run.addTangles(4, 6, true);
		const at = (r: number, s: number) => ({
			cursor: { rootstock: new ObjectId(rootstocks[r]), scion: new ObjectId(scions[s]) },
		});
		const fields = { rootstock_tcn: 3, scion_tcn: 4, TCN: 7, state: 1 };
		const first = await run.addStencil({ ...fields, ...at(2, 4) });
		expect(await run.run("produce", "--once")).toMatchObject({ code: 0 });
		await using eye = await run.eye();
		const jobs = await eye.take();
		expect(jobs.map(({ args }) => [args[0], args[2]])).toEqual(
			[
				[2, 4],
				[4, 0],
				[4, 2],
				[4, 4],
			].map(([r = 0, s = 0]) => [rootstocks[r] ?? "", scions[s] ?? ""] as [string, string]),
		);
		await run.stencils.updateOne({ _id: first }, { $set: { state: 1, ...at(1, 4) } });
		const again = await run.run("produce", "--once");
		expect(again.err).toContain("its cursor lies on no page start");
		expect(await eye.size()).toBe(9);
	});
});

test.each(["produce", "recover"])("%s without a ZooKeeper: 78 names the way to do without", async (verb) => {
	await using run = await Enumeration.create();
	await run.prepare(6, 7);
	const { TANGLES_ZOOKEEPER: _, ...env } = run.env;
	const { code, err } = await tangles([verb], env);
	expect(code).toBe(78);
	expect(err).toContain("zookeeper: no server is named");
	expect(err).toContain("--no-lock runs without a lock, where nobody else starts a second run");
	expect((await tangles([verb, "--no-lock", ...(verb === "produce" ? ["--once"] : [])], env)).code).toBe(0);
});
