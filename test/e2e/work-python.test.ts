import { expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { python } from "../support/python.ts";
import { OwnServers } from "../support/servers.ts";
import { tanglesUpTo } from "../support/tangle-sets.ts";
import { totalsOf } from "../support/tangle-store.ts";

test("jobs that pyfaktory pushes are worked on", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await Enumeration.create({ faktory: servers.faktory });
	await run.run("init", "--max-tcn", "4");
	const firstOf = async (TCN: number, more: object = {}) =>
		String(
			(
				await run.tangles
					.find({ TCN, ...more })
					.sort({ _id: 1 })
					.limit(1)
					.toArray()
			)[0]?._id,
		);
	const job = [await firstOf(1), 1, await firstOf(2, { is_good: true }), 2, 500];
	expect(await (await python("producer.py", servers.faktory, run.queue, JSON.stringify([job]))).ended()).toMatchObject({
		code: 0,
	});
	await using worker = run.start("work", "--json");
	expect(JSON.parse(await worker.line('"job-done"'))).toMatchObject({ rootstock_tcn: 1, scion_tcn: 2, stored: 4 });
	expect(await totalsOf(run, 3)).toMatchObject({ 1: 8 });
	await using eye = await run.eye();
	await worker.line('"waiting"');
	expect(await eye.counters()).toMatchObject({ processed: 1, failed: 0, working: 0 });
});

test("a pyfaktory worker and ours share a queue: each job is done by one of them, and understood by both", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await Enumeration.create({ faktory: servers.faktory, pageSize: 1 });
	await run.run("init", "--max-tcn", "3");
	const sets = await tanglesUpTo(4);
	for (const TCN of [3, 4]) {
		const known = (await run.tangles.find({ TCN }).toArray()).map(({ notation }) => notation);
		const missing = sets[TCN]?.filter(({ notation }) => !known.includes(notation)) ?? [];
		await run.tangles.insertMany(missing.map((tangle) => ({ ...tangle })));
	}
	await run.stencils.deleteMany({});
	await run.prepare(6, 7, [3, 4]);
	await using theirs = await python("consumer.py", servers.faktory, run.queue);
	await theirs.line("ready");
	await using ours = run.start("work", "--json", "--concurrency", "1");
	await ours.line('"started"');

	expect(await run.run("produce", "--until-tcn", "7")).toMatchObject({ code: 0 });

	await using eye = await run.eye();
	const jobs = 8 * 10;
	expect(await eye.counters()).toMatchObject({ processed: jobs, failed: 0, working: 0 });
	ours.kill("SIGTERM");
	const done = (await ours.ended()).out.split("\n").filter((line) => line.includes('"job-done"')).length;
	theirs.kill("SIGKILL");
	const taken = (await theirs.ended()).out.trim().split("\n").slice(1);
	expect(done + taken.length).toBe(jobs);
	expect(Math.min(done, taken.length)).toBeGreaterThan(0);
	expect(new Set(taken).size).toBe(taken.length);
	const ids = async (TCN: number) => (await run.tangles.find({ TCN }).toArray()).map(({ _id }) => String(_id));
	const [rootstocks, scions] = [await ids(3), await ids(4)];
	for (const line of taken) {
		const [rootstock, rootstockTcn, scion, scionTcn, pageSize] = JSON.parse(line);
		expect([rootstockTcn, scionTcn, pageSize]).toEqual([3, 4, 1]);
		expect([rootstocks.includes(rootstock), scions.includes(scion)]).toEqual([true, true]);
	}
});
