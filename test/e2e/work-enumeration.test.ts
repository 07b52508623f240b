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
