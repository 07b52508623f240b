import { expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { OwnServers } from "../support/servers.ts";
import { storedUpTo, totalsUpTo } from "../support/tangle-store.ts";

// The digests of the notations of TCN 1 to 7 are known from the existing worker, those of 8 and 9 from the reference.
test.each([
	[500, 9],
	[50, 7],
	[7, 7],
])("page size %d: producer and worker give the known tangles of each TCN up to %d", async (pageSize, maxTcn) => {
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await Enumeration.create({ faktory: servers.faktory, pageSize });
	expect(await run.run("init", "--max-tcn", String(maxTcn))).toMatchObject({ code: 0 });
	const worker = run.start("work", "--json", "--concurrency", "3");
	expect(await run.run("produce")).toMatchObject({ code: 0 });
	expect(await storedUpTo(run, maxTcn)).toEqual(totalsUpTo(maxTcn));
	worker.kill("SIGTERM");
	const { code, out } = await worker.ended();
	expect(code).toBe(143);
	const sums = JSON.parse(out.trim().split("\n").at(-1) ?? "");
	const stored = totalsUpTo(maxTcn).reduce((sum, [TCN, total]) => (TCN < 3 ? sum : sum + total - 4), 0);
	expect(sums).toMatchObject({ event: "stopped", failed: 0, handed_back: 0, unacknowledged: 0, stored });
	await using eye = await run.eye();
	expect(await eye.counters()).toMatchObject({ processed: sums.done, failed: 0, working: 0 });
	expect(await run.run("verify", "-q")).toMatchObject({ code: 0 });
});

test("--prove: each TCN is proved before it counts; jobs that are acknowledged and not done are 65, and n stays", async () => {
	// Jobs of other queues would hold its TCNs back.
	await using servers = await OwnServers.start(["faktory"]);
	await using run = await Enumeration.create({ faktory: servers.faktory });
	await run.run("init", "--max-tcn", "6");
	const worker = run.start("work", "-q");
	const { code, out } = await run.run("produce", "--prove", "--until-tcn", "5", "--json");
	expect(code).toBe(0);
	const events = out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
	const proved = events.filter(({ event }) => event === "tcn-proved").map(({ tcn, tangles }) => [tcn, tangles]);
	expect(proved).toEqual(
		totalsUpTo(5)
			.map(([tcn, total]) => [tcn, total])
			.slice(1),
	);
	worker.kill("SIGTERM");
	await worker.ended();

	await using eye = await run.eye();
	const producer = run.start("produce", "--prove", "--json");
	await producer.line('"enqueued":4');
	await eye.acknowledge(await eye.take());
	const ended = await producer.ended();
	expect(ended.code).toBe(65);
	const says =
		"TCN 6: its jobs are finished, but 184 of 188 tangles are missing, 0 are extra, 0 wrong: TCN 6 is not complete";
	expect(ended.err).toContain(says);
	expect(ended.err).toContain("`tangles recover --restart-tcn 6`, then produce, pushes that TCN again");
	expect(await run.config()).toMatchObject({ current_completed_tcn: 5 });

	const again = run.start("work", "-q");
	expect(await run.run("recover", "--restart-tcn", "6", "--yes")).toMatchObject({ code: 0 });
	expect(await run.run("produce", "--prove")).toMatchObject({ code: 0 });
	expect(await run.config()).toMatchObject({ current_completed_tcn: 6 });
	again.kill("SIGTERM");
	await again.ended();
	await run.tangles.dropIndex("notation_1");
	const refused = await run.run("produce", "--prove");
	expect(refused.code).toBe(65);
	expect(refused.err).toContain("leave out --prove, or make the index with `tangles init`");
});
