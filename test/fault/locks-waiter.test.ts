import { expect, test } from "bun:test";
import type { Session } from "../../src/locks/ports.ts";
import { LockScene } from "../support/lock-scene.ts";

/** Resolves with the flat nodes of /x beside `known`, once there are any. */
async function newcomers(session: Session, known: readonly string[]): Promise<string[]> {
	for (;;) {
		const { promise, resolve } = Promise.withResolvers<void>();
		const names = (await session.children("/x", resolve)) ?? [];
		const added = names.filter((name) => name.startsWith("_c_") && !known.includes(name));
		if (added.length > 0) return added;
		await promise;
	}
}

test("a waiter whose session is ended queues again at the end, and gets the lock", async () => {
	await using place = await LockScene.create();
	const lock = await place.take("/x");
	const session = await place.session();
	const holders = (await session.children("/x")) ?? [];
	const waiter = place.start("locks", "exec", "/x", "--wait", "60s", "--", "echo", "worked");
	const first = await newcomers(session, holders);
	await place.proxy.expire();
	const second = await newcomers(session, [...holders, ...first]);
	expect(await session.children("/x")).not.toContain(first[0]);
	expect(second.length).toBe(1);
	await lock.release();
	const { code, out } = await waiter.ended();
	expect({ code, out }).toEqual({ code: 0, out: "worked\n" });
	await place.untilGone("/x");
});

test("a waiter whose node is deleted queues again, with its first deadline", async () => {
	await using place = await LockScene.create();
	await place.take("/x");
	const session = await place.session();
	const holders = (await session.children("/x")) ?? [];
	const waiter = place.start("locks", "exec", "/x", "--wait", "1s", "--", "echo", "worked");
	const [node = ""] = await newcomers(session, holders);
	await session.remove(`/x/${node}`);
	const { code, err } = await waiter.ended();
	expect({ code, err }).toMatchObject({ code: 75, err: expect.stringContaining("waited 1 s") });
	const left = ((await session.children("/x")) ?? []).filter((name) => name.startsWith("_c_"));
	expect(left).toEqual(holders.filter((name) => name.startsWith("_c_")));
});

test.each(["SIGTERM", "SIGINT"] as const)("a waiter that gets %s leaves no node behind", async (signal) => {
	await using place = await LockScene.create();
	await place.take("/x");
	const session = await place.session();
	const holders = (await session.children("/x")) ?? [];
	const waiter = place.start("locks", "exec", "/x", "--wait", "60s", "--", "echo", "worked");
	await newcomers(session, holders);
	waiter.kill(signal);
	expect((await waiter.ended()).code).toBe(signal === "SIGTERM" ? 143 : 130);
	expect((await session.children("/x"))?.length).toBe(holders.length);
});

test("a server that goes away right after the greeting, and stays away: 69 within the time to connect", async () => {
	await using place = await LockScene.create({ sessionTimeout: "1s" });
	place.proxy.cutAfterGreeting();
	const { code, err } = await place.run("locks", "exec", "/x", "--", "true");
	expect({ code, err }).toMatchObject({ code: 69, err: expect.stringContaining("did not answer within 2 s") });
});

test("a server that goes away right after the greeting and comes back is waited for", async () => {
	await using place = await LockScene.create();
	place.proxy.cutAfterGreeting();
	const run = place.start("locks", "exec", "/x", "--", "echo", "worked");
	await place.proxy.untilCut();
	place.proxy.restore();
	expect(await run.ended()).toMatchObject({ code: 0, out: "worked\n" });
});
