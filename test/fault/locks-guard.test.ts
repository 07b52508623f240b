import { expect, test } from "bun:test";
import { LockScene, lastTick } from "../support/lock-scene.ts";
import { OwnServers } from "../support/servers.ts";
import type { Ended, Run } from "../support/tangles.ts";

const SESSION_MS = 3000;
/** Two thirds of the session, and what the contract allows beside. */
const FROZEN_BY_MS = (SESSION_MS * 2) / 3 + 300;

const scene = (server?: string) =>
	LockScene.create({ sessionTimeout: `${SESSION_MS}ms`, ...(server === undefined ? {} : { server }) });

/** When somebody else gets the lock. */
async function contended(place: LockScene): Promise<number> {
	const lock = await place.take("/x");
	const at = Date.now();
	await lock.release();
	return at;
}

interface Outcome {
	readonly ended: Ended;
	readonly takenAt: number;
	readonly lastAnswer: number;
}

/** A ticker under the lock, with somebody who waits for it; `happens`, and both are followed to the end. */
async function outcomeOf(place: LockScene, happens: (holder: Run) => Promise<void> | void): Promise<Outcome> {
	const holder = await place.ticking("/x");
	const contender = contended(place);
	await happens(holder);
	const takenAt = await contender;
	holder.kill("SIGCONT");
	const ended = await holder.ended();
	return { ended, takenAt, lastAnswer: place.proxy.lastAnswer };
}

function expectFrozenInTime({ ended, takenAt, lastAnswer }: Outcome): void {
	expect(lastTick(ended)).toBeLessThan(lastAnswer + FROZEN_BY_MS);
	expect(lastTick(ended)).toBeLessThan(takenAt);
	expect({ code: ended.code, err: ended.err }).toMatchObject({
		code: 79,
		err: expect.stringContaining("the lock /x was lost"),
	});
}

test("the server goes mute and stays it: frozen by two thirds of the session, killed before another has the lock, ten times", async () => {
	const outcomes = await Promise.all(
		Array.from({ length: 10 }, async () => {
			await using place = await scene();
			return await outcomeOf(place, () => place.proxy.mute());
		}),
	);
	expect(outcomes.length).toBe(10);
	for (const outcome of outcomes) expectFrozenInTime(outcome);
});

test("the connection is cut and stays it: frozen at once, killed before another has the lock", async () => {
	await using place = await scene();
	expectFrozenInTime(await outcomeOf(place, () => place.proxy.cut()));
});

test("the server is cut off from its leader and answers reads on: frozen in time, killed before another has the lock", async () => {
	await using place = await scene();
	const outcome = await outcomeOf(place, () => {
		place.proxy.lastAnswer = Date.now();
		place.proxy.isolate();
	});
	expectFrozenInTime(outcome);
});

test("tangles itself is stopped for longer than the session: its child is killed all the same, and it exits with 79", async () => {
	await using place = await scene();
	expectFrozenInTime(await outcomeOf(place, (holder) => holder.kill("SIGSTOP")));
});

test.each(["mute", "cut"] as const)(
	"%s and back in time: frozen, then it goes on, and the lock is still held",
	async (how) => {
		await using place = await LockScene.create({ sessionTimeout: "9s" });
		const holder = await place.ticking("/x");
		if (how === "mute") place.proxy.mute();
		else place.proxy.cut();
		await holder.talk("work is frozen");
		const frozenAt = Date.now();
		if (how === "mute") place.proxy.speak();
		else place.proxy.restore();
		await holder.talk("work goes on");
		await expect(place.take("/x", 0)).rejects.toThrow("is held by");
		// A tick from after the freeze, so that the child is seen to go on.
		let tick = 0;
		while (tick < frozenAt) tick = Number(await holder.line("1"));
		holder.kill("SIGTERM");
		expect((await holder.ended()).code).toBe(143);
		await place.untilGone("/x");
	},
);

test("the session is ended by force: the child stops at once, exit 79", async () => {
	await using place = await scene();
	const { ended, takenAt } = await outcomeOf(place, () => place.proxy.expire());
	expect(ended.code).toBe(79);
	// The server frees the lock with the session; nothing can be quicker than the news of it.
	expect(lastTick(ended)).toBeLessThan(takenAt + 300);
});

test.each(["leases", "flat"] as const)("somebody deletes our node (%s): the child stops, exit 79", async (which) => {
	await using place = await scene();
	const { ended, takenAt } = await outcomeOf(place, async () => {
		const session = await place.session();
		const dir = which === "leases" ? "/x/leases" : "/x";
		const nodes = ((await session.children(dir)) ?? []).filter((name) => name.startsWith("_c_"));
		// The contender's comes after the holder's.
		const [node] = nodes.sort((a, b) => Number(a.slice(-10)) - Number(b.slice(-10)));
		expect(await session.remove(`${dir}/${node}`)).toBe("removed");
	});
	expect(ended.code).toBe(79);
	expect(ended.err).toContain("its node was deleted");
	// The other node still keeps us apart from those who take both; for the rest the news is as quick as can be.
	expect(lastTick(ended)).toBeLessThan(takenAt + 300);
});

test("the server is killed and comes back: never two at work, and no litter", async () => {
	await using servers = await OwnServers.start(["zookeeper"]);
	await using place = await scene(servers.zookeeper);
	const holder = await place.ticking("/x");
	await servers.signal("zookeeper", "SIGKILL");
	await holder.talk("work is frozen");
	await servers.start();
	// Whether the session outlives the start depends on how long that takes; either is right, and told.
	const word = await holder.talk("the lock");
	if (word.includes("goes on")) {
		await expect(place.take("/x", 0)).rejects.toThrow("is held by");
		holder.kill("SIGTERM");
		expect((await holder.ended()).code).toBe(143);
	} else {
		expect((await holder.ended()).code).toBe(79);
		// Its nodes go with its session; the directories go with the next holder.
		await (await place.take("/x", 30_000)).release();
	}
	await place.untilGone("/x");
});

test("the server itself is stopped, not the network: frozen in time, exit 79", async () => {
	await using servers = await OwnServers.start(["zookeeper"]);
	await using place = await scene(servers.zookeeper);
	const holder = await place.ticking("/x");
	await servers.signal("zookeeper", "SIGSTOP");
	const ended = await holder.ended();
	const { lastAnswer } = place.proxy;
	await servers.signal("zookeeper", "SIGCONT");
	const takenAt = await contended(place);
	expectFrozenInTime({ ended, takenAt, lastAnswer });
});
