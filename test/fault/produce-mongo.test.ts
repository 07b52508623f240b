import { expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { HoldingProxy } from "../support/holding-proxy.ts";
import { pairCounts, QueueEye } from "../support/queue.ts";
import { OwnServers } from "../support/servers.ts";

test("the database is killed and comes back: the run rides it out, and no pair is missing", async () => {
	await using servers = await OwnServers.start(["faktory", "mongo"]);
	// Some of the jobs pass, however quick the host: the database is killed between two pushes.
	await using proxy = await HoldingProxy.start(servers.faktory, 2_000_000);
	const producer = "window: 4, chunk: 100, headroom: 1000000";
	await using run = await Enumeration.create({ faktory: proxy.url, mongo: servers.mongo, pageSize: 1, producer });
	await run.prepare(6, 7, [3, 4]);
	await run.addTangles(3, 250, true);
	await run.addTangles(4, 200, true);
	const produce = run.start("produce", "--once", "--json");
	await proxy.held;
	await servers.signal("mongo", "SIGKILL");
	proxy.release();
	await produce.talk("is out of reach");
	await servers.start();
	const { code, err } = await produce.ended();
	expect({ code, err: /MongoDB at .* is out of reach/.test(err) && err.includes("answers again") }).toEqual({
		code: 0,
		err: true,
	});
	await using eye = await QueueEye.open(servers.faktory, run.queue);
	const counts = pairCounts(await eye.take());
	expect(counts.size).toBe(50_000);
	expect(await run.stencils.findOne({ TCN: 7 })).toMatchObject({ state: 3 });
});

test("a mute database: exit 69 within its patience, with name, address and time", async () => {
	await using servers = await OwnServers.start(["faktory", "mongo"]);
	const producer = "patience: 1s";
	await using run = await Enumeration.create({ faktory: servers.faktory, mongo: servers.mongo, producer });
	await run.prepare(6, 7, [3, 4]);
	await servers.signal("mongo", "SIGSTOP");
	const { code, err } = await run.run("produce");
	await servers.signal("mongo", "SIGCONT");
	expect(code).toBe(69);
	expect(err).toMatch(/MongoDB at 127\.0\.0\.1:\d+ is unreachable or did not answer in time, tried for \d+\.\d s/);
});
