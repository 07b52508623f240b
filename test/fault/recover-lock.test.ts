import { expect, test } from "bun:test";
import { acquire } from "../../src/locks/acquire.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { RecoverScene, stencilId } from "../support/recover-scene.ts";
import { shared } from "../support/servers.ts";

const never = new AbortController().signal;

test("recover and produce take one lock: held elsewhere 75, skip makes it 0, --wait waits; a dry run needs none", async () => {
	await using scene = await RecoverScene.create();
	const { run } = scene;
	await scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 4, 4) });
	const config = { connect: `${shared.zookeeper()}/${run.db.databaseName}`, sessionTimeoutMs: 6000, auth: undefined };
	const session = await openSession(config, never);
	const path = `/tangles/producer/${run.db.databaseName}.arborescent_stencils`;
	const lock = await acquire(session, path, { layout: "both", waitMs: 0, data: "10.0.0.1", signal: never });
	const before = await scene.all();
	expect((await run.run("recover", "--dry-run")).code).toBe(0);
	const refused = await run.run("recover");
	expect({ code: refused.code, out: refused.out }).toEqual({ code: 75, out: "" });
	expect(refused.err).toContain(`${path} is held by 10.0.0.1 since 20`);
	expect(await run.run("recover", "-q", "--if-locked", "skip")).toEqual({ code: 0, out: "", err: "" });
	expect(await scene.all()).toEqual(before);
	const waiting = run.start("recover", "--wait", "60s");
	await lock.release();
	await session.close();
	const ended = await waiting.ended();
	expect({ code: ended.code, table: ended.out.includes("interrupted") }).toEqual({ code: 0, table: true });
	expect(await run.stencil(stencilId(3, 4))).toMatchObject({ state: 3 });
});

test("SIGTERM while it pushes: 143, and the next run goes on where it stopped, each pair once", async () => {
	await using scene = await RecoverScene.create({ pageSize: 1, producer: "headroom: 100, chunk: 10, window: 2" }, 40);
	await scene.set(3, 4, { state: 1 });
	await using eye = await scene.run.eye();
	const first = scene.run.start("recover", "--json", "--no-lock");
	await first.talk("waiting for=headroom");
	first.kill("SIGTERM");
	expect(await first.ended()).toMatchObject({ code: 143, out: "" });
	const stopped = await eye.size();
	expect(stopped).toBeLessThan(1600);
	const taken = await eye.take();
	await eye.acknowledge(taken);
	const second = scene.run.start("recover", "--json", "--no-lock");
	const ended = second.ended();
	const pairs = new Set(taken.map(({ args }) => `${args[0]} ${args[2]}`));
	let jobs = taken.length;
	let done = false;
	const finished = ended.finally(() => {
		done = true;
	});
	while (!done || (await eye.size()) > 0) {
		const more = await eye.take(200);
		for (const { args } of more) pairs.add(`${args[0]} ${args[2]}`);
		jobs += more.length;
		await eye.acknowledge(more);
		// The producer looks at the queue from time to time: no event says that there are more.
		if (more.length === 0) await Bun.sleep(10);
	}
	expect((await finished).code).toBe(0);
	expect({ jobs, pairs: pairs.size }).toEqual({ jobs: 1600, pairs: 1600 });
});

test("two at once without the lock: the first stops with 79, and the collection ends as after one", async () => {
	await using scene = await RecoverScene.create({ pageSize: 1, producer: "headroom: 50, chunk: 10, window: 2" }, 40);
	await scene.set(3, 4, { state: 1 });
	await scene.run.stencils.deleteMany({ TCN: 9 });
	const first = scene.run.start("recover", "--json", "--no-lock");
	await first.talk("waiting for=headroom");
	expect(await scene.run.run("produce", "--once", "--no-lock", "--dry-run")).toMatchObject({ code: 0 });
	const second = scene.run.start("recover", "--json", "--no-lock");
	await second.talk("waiting for=headroom");
	await using eye = await scene.run.eye();
	await eye.acknowledge(await eye.take());
	const { code, err } = await first.ended();
	expect({ code, err }).toMatchObject({ code: 79, err: expect.stringContaining("another producer has taken over") });
	second.kill("SIGTERM");
	expect((await second.ended()).code).toBe(143);
	expect(await scene.run.stencils.countDocuments({ TCN: 9 })).toBe(7);
});
