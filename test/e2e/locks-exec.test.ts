import { expect, test } from "bun:test";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockScene } from "../support/lock-scene.ts";
import { BINARY } from "../support/tangles.ts";

// A run has ended, for these tests, when all that it started has: stdout is theirs too, and ends with the last of them.

const exec = (...words: string[]) => ["locks", "exec", "/x", ...words];

test("all that stands behind -- goes to the child, -h included, and its output and exit code come back", async () => {
	await using place = await LockScene.create();
	expect(await place.run(...exec("--", "echo", "-h", "host", "--help", "--"))).toEqual({
		code: 0,
		out: "-h host --help --\n",
		err: "",
	});
	expect((await place.run(...exec("--", "sh", "-c", "exit 3"))).code).toBe(3);
	expect((await place.run(...exec("--", "sh", "-c", "kill -USR1 $$"))).code).toBe(138);
	await place.untilGone("/");
});

test("the child finds path and token, not the login", async () => {
	await using place = await LockScene.create({ login: "me:hunter2" });
	const { out } = await place.run(...exec("--", "sh", "-c", "env; cat /proc/$PPID/cmdline"));
	expect(out).toContain("TANGLES_LOCK_PATH=/x\n");
	expect(out).toMatch(/TANGLES_LOCK_TOKEN=\d+\n/);
	expect(out).not.toContain("hunter2");
	expect(out).not.toContain("NODE_CHANNEL");
});

test("held elsewhere: 75 with holder and time, or the code asked for; --wait waits", async () => {
	await using place = await LockScene.create();
	const holder = await place.ticking("/x");
	const refused = await place.run(...exec("--", "echo", "no"));
	expect({ code: refused.code, out: refused.out }).toEqual({ code: 75, out: "" });
	expect(refused.err).toMatch(new RegExp(`/x is held by \\S+:${holder.pid} \\S+ since \\d{4}-\\S+Z \\(tangles\\)`));
	expect((await place.run(...exec("--conflict-exit-code", "9", "--", "echo", "no"))).code).toBe(9);
	expect((await place.run(...exec("--wait", "300ms", "--", "echo", "no"))).err).toContain("waited 0.3 s");
	const waiting = place.start(...exec("--wait", "60s", "--", "echo", "yes"));
	holder.kill("SIGTERM");
	expect((await holder.ended()).code).toBe(143);
	expect((await waiting.ended()).out).toBe("yes\n");
});

test("--lost-exit-code: the code asked for where the lock was lost", async () => {
	await using place = await LockScene.create();
	const holder = await place.ticking("/x", "--lost-exit-code", "33");
	await place.proxy.expire();
	expect((await holder.ended()).code).toBe(33);
});

test.each([
	["SIGTERM", 143, "told TERM"],
	["SIGINT", 130, "told INT"],
] as const)("%s is handed on and waited for, and the lock is free at once", async (signal, code, word) => {
	await using place = await LockScene.create();
	const traps =
		"trap 'echo told TERM; exit 143' TERM; trap 'echo told INT; exit 130' INT; echo go; while :; do sleep 0.05; done";
	const holder = place.start(...exec("--", "sh", "-c", traps));
	await holder.line("go");
	holder.kill(signal);
	const ended = await holder.ended();
	expect({ code: ended.code, told: ended.out.includes(word) }).toEqual({ code, told: true });
	await (await place.take("/x", 0)).release();
});

test("a child that ignores TERM is killed after --kill-after, with all that it started", async () => {
	await using place = await LockScene.create();
	const script = "trap '' TERM; sleep 1000 & echo go; wait; wait";
	const holder = place.start(...exec("--kill-after", "400ms", "--", "sh", "-c", script));
	await holder.line("go");
	const began = performance.now();
	holder.kill("SIGTERM");
	expect((await holder.ended()).code).toBe(137);
	// Without the flag it would take the default of ten seconds.
	expect(performance.now() - began).toBeLessThan(5000);
	await (await place.take("/x", 0)).release();
});

test("SIGKILL of tangles: child and grandchild are dead before the lock can be free, which is soon after its session's end", async () => {
	await using place = await LockScene.create({ sessionTimeout: "3s" });
	const holder = place.start(...exec("--", "sh", "-c", "sleep 1000 & echo go; wait"));
	await holder.line("go");
	const began = performance.now();
	holder.kill("SIGKILL");
	await holder.ended();
	expect(performance.now() - began).toBeLessThan(3000);
	const lock = await place.take("/x", 30_000);
	expect(performance.now() - began).toBeLessThan(10_000);
	await lock.release();
});

test("what a child leaves running ends before the lock is released", async () => {
	await using place = await LockScene.create();
	const began = performance.now();
	expect(await place.run(...exec("--", "sh", "-c", "sleep 1000 & echo go"))).toMatchObject({ code: 0, out: "go\n" });
	expect(performance.now() - began).toBeLessThan(10_000);
});

test("SIGHUP and SIGUSR1 reach the child and end nothing of ours", async () => {
	await using place = await LockScene.create();
	const script = "trap 'echo got HUP' HUP; trap 'echo got USR1; exit 0' USR1; echo go; while :; do sleep 0.05; done";
	const holder = place.start(...exec("--", "sh", "-c", script));
	await holder.line("go");
	holder.kill("SIGHUP");
	await holder.line("got HUP");
	holder.kill("SIGUSR1");
	expect((await holder.ended()).code).toBe(0);
});

test("stdin goes to the child", async () => {
	await using place = await LockScene.create();
	const folder = await mkdtemp(join(tmpdir(), "tangles-stdin-"));
	await Bun.write(join(folder, "in"), "from a file");
	const binary = join(import.meta.dir, "../../dist/tangles");
	const piped = Bun.spawn(["sh", "-c", `${binary} locks exec /x -- cat < ${folder}/in`], {
		env: place.env,
		stdout: "pipe",
	});
	expect(await new Response(piped.stdout).text()).toBe("from a file");
	await rm(folder, { recursive: true });
});

test.each([
	[exec(), "no command given"],
	[exec("--", "no-such-program"), "no-such-program: no such command"],
	[exec("--wait", "soon", "--", "true"), '--wait is "soon", which is not a time'],
	[exec("--kill-after", "5", "--", "true"), '--kill-after is "5", which has no unit; write 5s'],
	[exec("--conflict-exit-code", "256", "--", "true"), '--conflict-exit-code is "256"'],
	[["locks", "exec", "/a/../b", "--", "true"], '".." cannot be part of a lock\'s path'],
	[["locks", "exec", "x", "--", "true"], '"x" is not a lock\'s path'],
	[["locks", "exec", "/zookeeper/x", "--", "true"], "/zookeeper is the server's own"],
	[["locks", "exec", "--", "true"], "missing argument PATH"],
	[["locks", "exex", "/x"], 'did you mean "tangles locks exec"?'],
	[["locks"], "no command given"],
])("%j: exit 64, told why, nothing done", async (words, text) => {
	await using place = await LockScene.create();
	const { code, err, out } = await place.run(...words);
	expect({ code, out }).toEqual({ code: 64, out: "" });
	expect(err).toContain(text);
});

test("no ZooKeeper: 69 with its address and why; none configured: 78", async () => {
	await using place = await LockScene.create({ sessionTimeout: "1s" });
	place.proxy.cut();
	const gone = await place.run(...exec("--", "true"));
	expect(gone.code).toBe(69);
	expect(gone.err).toContain(`ZooKeeper ${place.proxy.address}${place.chroot} did not answer within 2 s`);
	place.proxy.restore();
	place.proxy.mute();
	const mute = await place.run(...exec("--", "true"));
	expect({ code: mute.code, err: mute.err }).toMatchObject({ code: 69, err: expect.stringContaining("no answer") });
	const none = new (await import("../support/tangles.ts")).Run(exec("--", "true"), { PATH: process.env.PATH ?? "" });
	const unnamed = await none.ended();
	expect(unnamed.code).toBe(78);
	expect(unnamed.err).toContain("TANGLES_ZOOKEEPER");
});

test("a binary that was replaced or removed while it runs still starts its child", async () => {
	await using place = await LockScene.create();
	const lock = await place.take("/x");
	const folder = await mkdtemp(join(tmpdir(), "tangles-binary-"));
	const binary = join(folder, "tangles");
	await copyFile(BINARY, binary);
	const run = Bun.spawn([binary, "locks", "exec", "/x", "--wait", "60s", "--", "echo", "worked"], {
		env: place.env,
		stdin: "ignore",
		stdout: "pipe",
		stderr: "inherit",
	});
	await place.untilContenders("/x", 2);
	await rm(folder, { recursive: true });
	await lock.release();
	expect(await new Response(run.stdout).text()).toBe("worked\n");
	expect(await run.exited).toBe(0);
});
