import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { combineLocks } from "../../../src/locks/combine-locks.ts";
import { guarded, type LockHandle, type Supervised } from "../../../src/locks/guard.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import type { Validity } from "../../../src/locks/ports.ts";
import { keptLog } from "../../support/config-folder.ts";
import { settle, taking } from "../../support/lock-memory.ts";

/** Work that keeps what it is told, and ends when the test or a stop says so. */
function fakeWork() {
	const end = Promise.withResolvers<string>();
	const calls: string[] = [];
	const work: Supervised<string> = {
		until: ({ freezeAt }: Validity) => void calls.push(freezeAt > performance.now() ? "run" : "freeze"),
		stop: () => {
			calls.push("stop");
			end.resolve("stopped");
		},
		ended: end.promise,
	};
	return { work, calls, end: end.resolve };
}

async function locked(path = "/x") {
	const session = new InMemoryEnsemble().open();
	return { session, lock: await acquire(session, path, taking("v2", 0)) };
}

test("work runs on while the lock is held; its result is given", async () => {
	const { lock } = await locked();
	const { work, calls, end } = fakeWork();
	const running = guarded(lock, work, keptLog());
	end("done");
	expect([await running, calls]).toEqual(["done", ["run"]]);
});

test("it is told to freeze in doubt and to go on after it, each logged once; later changes are not told to ended work", async () => {
	const { session, lock } = await locked();
	const { work, calls, end } = fakeWork();
	const log = keptLog();
	const running = guarded(lock, work, log);
	session.suspend();
	session.resume();
	await lock.ensureHeld();
	end("done");
	await running;
	const before = calls.length;
	session.suspend();
	expect(calls.filter((call, at) => call !== calls[at - 1])).toEqual(["run", "freeze", "run"]);
	expect(calls.length).toBe(before);
	expect(log.lines.map(({ level, message, fields }) => [level, message, fields.lock])).toEqual([
		["warn", "the lock is in doubt, work is frozen", "/x"],
		["info", "the lock is held, work goes on", "/x"],
	]);
});

test("a loss stops the work, and its reason is thrown once the work has ended", async () => {
	const { session, lock } = await locked();
	const { work, calls } = fakeWork();
	const running = guarded(lock, work, keptLog());
	session.expire();
	await expect(running).rejects.toMatchObject({ kind: "lost" });
	expect(calls.at(-1)).toBe("stop");
});

test("a lock that is lost before the start: the work is stopped and never told to run", async () => {
	const { session, lock } = await locked();
	session.expire();
	const { work, calls } = fakeWork();
	await expect(guarded(lock, work, keptLog())).rejects.toMatchObject({ kind: "lost" });
	expect(calls).toEqual(["stop"]);
});

test("two locks are one: in doubt with either, valid as long as both, lost with either", async () => {
	const [first, second] = [await locked("/a"), await locked("/b")];
	const both: LockHandle = combineLocks(first.lock, second.lock);
	const { work, calls } = fakeWork();
	const running = guarded(both, work, keptLog());
	expect([both.state, both.path]).toEqual(["held", "/b"]);
	first.session.suspend();
	expect([both.state, calls.at(-1), both.validity().freezeAt <= performance.now()]).toEqual([
		"suspended",
		"freeze",
		true,
	]);
	first.session.resume();
	await settle();
	expect([both.state, calls.at(-1)]).toEqual(["held", "run"]);
	second.session.expire();
	await expect(running).rejects.toThrow("the lock /b was lost");
	expect([both.state, both.lost.aborted]).toEqual(["lost", true]);
});
