import { expect, test } from "bun:test";
import { sleep } from "../../src/base/deadline.ts";
import { LockScene } from "../support/lock-scene.ts";

/**
 * Longer than one attempt to open a session takes, which is twice the session time-out at most. Only time can show that an
 * attempt has failed: no line tells of it.
 */
const OUTAGE_MS = 3500;
const SESSION = { sessionTimeout: "1s" };

test.each([
	["wait", ["locks", "wait", "/x", "--timeout", "5m", "--json"], '"free": true'],
	["exec --wait", ["locks", "exec", "/x", "--wait", "5m", "--", "echo", "worked"], "worked"],
] as const)("%s rides through an outage that is longer than its session and an attempt", async (_, words, says) => {
	await using place = await LockScene.create(SESSION);
	const lock = await place.take("/x");
	const asked = place.proxy.swallowReply("getChildren", "/x");
	const run = place.start(...words);
	await asked;
	place.proxy.cut();
	if (words[1] === "wait") await run.talk("the session was lost; waiting on in a new one");
	await sleep(OUTAGE_MS);
	place.proxy.restore();
	await lock.release();
	expect(await run.ended()).toMatchObject({ code: 0, out: expect.stringContaining(says) });
});

test("watch rides through an outage, and tells what changed meanwhile", async () => {
	await using place = await LockScene.create(SESSION);
	const lock = await place.take("/x");
	const watch = place.start("locks", "watch", "--json");
	await watch.line("held");
	place.proxy.cut();
	await watch.talk("the session was lost; watching on in a new one");
	await lock.release();
	await sleep(OUTAGE_MS);
	place.proxy.restore();
	expect(JSON.parse(await watch.line("released"))).toMatchObject({ path: "/x" });
	await place.take("/y");
	await watch.line("acquired");
	watch.kill("SIGINT");
	expect((await watch.ended()).code).toBe(130);
});

test.each([
	["wait", ["locks", "wait", "/x", "--timeout", "4s"]],
	["exec --wait", ["locks", "exec", "/x", "--wait", "4s", "--", "echo", "worked"]],
] as const)("%s keeps its time limit where the servers stay away: 69", async (_, words) => {
	// An attempt to open a session would take ten seconds.
	await using place = await LockScene.create({ sessionTimeout: "3s" });
	await place.take("/x");
	const asked = place.proxy.swallowReply("getChildren", "/x");
	const run = place.start(...words);
	await asked;
	const began = performance.now();
	place.proxy.cut();
	const { code, err } = await run.ended();
	expect({ code, err }).toMatchObject({ code: 69, err: expect.stringContaining("the time that was left to wait") });
	expect(performance.now() - began).toBeLessThan(9000);
});

test("wait is stopped at once by a signal while the servers are away", async () => {
	await using place = await LockScene.create(SESSION);
	await place.take("/x");
	const asked = place.proxy.swallowReply("getChildren", "/x");
	const run = place.start("locks", "wait", "/x");
	await asked;
	place.proxy.cut();
	await run.talk("the session was lost");
	run.kill("SIGTERM");
	expect((await run.ended()).code).toBe(143);
});

test("first contact is given up soon: an address that has never answered may be wrong", async () => {
	await using place = await LockScene.create(SESSION);
	place.proxy.cut();
	const { code, err } = await place.run("locks", "wait", "/x", "--timeout", "5m");
	expect({ code, err }).toMatchObject({ code: 69, err: expect.stringContaining("did not answer within 2 s") });
});
