import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { chmod, copyFile, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ownCgroup, removeCgroup } from "../../src/locks/supervise/cgroup.ts";
import { descendantsOf, hasEnded, readProcess } from "../../src/locks/supervise/process-tree.ts";
import { NOBODY, WITHOUT_CGROUP } from "../support/containment.ts";
import { LockScene, lastTick } from "../support/lock-scene.ts";
import type { Run } from "../support/tangles.ts";
import { polled } from "../support/until.ts";

/** The lock is somebody else's no sooner than this: the contract for what ran under it. */
const SESSION_MS = 3000;
const TICK = "echo go; while :; do date +%s%3N; sleep 0.02; done";
const LAYERS = { cgroup: [], subreaper: WITHOUT_CGROUP } as const;
const each = Object.entries(LAYERS);

/** tangles' supervisor: its only child. */
async function supervisorOf(run: Run): Promise<number> {
	const [supervisor] = descendantsOf(run.pid);
	if (supervisor === undefined) throw new Error("no supervisor");
	expect(await readFile(`/proc/${supervisor.pid}/cmdline`, "latin1")).toContain(":supervisor");
	return supervisor.pid;
}

async function ticking(place: LockScene, before: readonly string[], script = TICK): Promise<Run> {
	const run = place.startBehind(before, "locks", "exec", "/x", "-v", "--", "sh", "-c", script);
	await run.talk("the work runs in");
	await run.line("1");
	return run;
}

/**
 * Kills both processes as if at one moment. Between two kills tangles could see that its supervisor is gone, and end the
 * work itself: it is stopped before.
 */
async function killBoth(run: Run, supervisor: number): Promise<void> {
	process.kill(run.pid, "SIGSTOP");
	await polled("tangles to be stopped", async () => readProcess(run.pid)?.state === "T" || undefined);
	process.kill(supervisor, "SIGKILL");
	run.kill("SIGKILL");
}

/** Resolves once tangles has asked the server so many times from now on: it proves its session six times in its length. */
async function requests({ proxy }: LockScene, count: number): Promise<void> {
	await new Promise<void>((resolve) => {
		let left = count;
		proxy.onRequest = () => {
			left -= 1;
			if (left === 0) resolve();
		};
	});
}

test.each(each)("%s: both processes are killed at once: the kernel ends the work", async (_, before) => {
	await using place = await LockScene.create({ sessionTimeout: `${SESSION_MS}ms` });
	const run = await ticking(place, before);
	const supervisor = await supervisorOf(run);
	const at = Date.now();
	await killBoth(run, supervisor);
	const ended = await run.ended();
	expect(lastTick(ended)).toBeLessThan(at + SESSION_MS);
});

test.each(each)("%s: the supervisor alone is killed: 79 with the reason, and nothing runs on", async (_, before) => {
	await using place = await LockScene.create({ sessionTimeout: `${SESSION_MS}ms` });
	const run = await ticking(place, before, `(setsid sh -c '${TICK.replace("echo go; ", "")}' &) ; ${TICK}`);
	const at = Date.now();
	process.kill(await supervisorOf(run), "SIGKILL");
	const ended = await run.ended();
	expect({ code: ended.code, err: ended.err }).toMatchObject({
		code: 79,
		err: expect.stringContaining(
			"the supervisor of sh was killed by SIGKILL: the work was killed, nothing is recorded",
		),
	});
	expect(ended.err).not.toContain("unforeseen");
	expect(lastTick(ended)).toBeLessThan(at + SESSION_MS);
	await (await place.take("/x", 0)).release();
});

test("the supervisor is killed, and something refuses to end: orders meanwhile are for nobody, 79", async () => {
	await using place = await LockScene.create({ sessionTimeout: `${SESSION_MS}ms` });
	const folder = dirname(place.env.TANGLES_CONFIG ?? "");
	const helper = join(folder, "helper");
	await copyFile("/usr/bin/setpriv", helper);
	await chmod(helper, 0o4755);
	await chmod(folder, 0o755);
	const user = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
	const script = `${helper} --reuid=0 --regid=0 --clear-groups sh -c 'echo $$; exec sleep 100'`;
	const run = place.startBehind(user, "locks", "exec", "/x", "-v", "--", "sh", "-c", script);
	const work = Number(await run.line(""));
	await run.talk("the work runs in");
	process.kill(await supervisorOf(run), "SIGKILL");
	await run.talk("the work cannot be ended");
	// Each proof of the session moves the time until which the work may run.
	await requests(place, 4);
	run.kill("SIGUSR1");
	run.kill("SIGTERM");
	await requests(place, 2);
	process.kill(work, "SIGKILL");
	const ended = await run.ended();
	expect({ code: ended.code, err: ended.err }).toMatchObject({
		code: 79,
		err: expect.stringContaining("sh could not be ended, because it runs as somebody else"),
	});
	expect(ended.err).not.toContain("unforeseen");
});

test.each(each)(
	"%s: the supervisor is stopped for good: tangles kills the work before the session is over, 79 with the reason",
	async (_, before) => {
		await using place = await LockScene.create({ sessionTimeout: `${SESSION_MS}ms` });
		const run = await ticking(place, before, `timeout 100 sh -c '${TICK.replace("echo go; ", "")}'`);
		const at = Date.now();
		process.kill(await supervisorOf(run), "SIGSTOP");
		const ended = await run.ended();
		expect({ code: ended.code, err: ended.err }).toMatchObject({
			code: 79,
			// That it is frozen before shows the next test: between the two a session of 3 s has an eighth of a second.
			err: expect.stringContaining("the supervisor of sh was stopped: the work was killed"),
		});
		expect(lastTick(ended)).toBeLessThan(at + SESSION_MS);
		await (await place.take("/x", 0)).release();
	},
);

test.each(each)("%s: the supervisor is stopped for a moment: frozen by tangles, and it goes on", async (_, before) => {
	await using place = await LockScene.create({ sessionTimeout: "9s" });
	const run = await ticking(place, before);
	const supervisor = await supervisorOf(run);
	process.kill(supervisor, "SIGSTOP");
	await run.talk("tangles itself freezes the work");
	const frozenAt = Date.now();
	process.kill(supervisor, "SIGCONT");
	let tick = 0;
	while (tick < frozenAt) tick = Number(await run.line("1"));
	run.kill("SIGTERM");
	expect((await run.ended()).code).toBe(143);
});

test.each(each)(
	"%s: the supervisor is stopped, then the network is cut: dead before another has the lock",
	async (_, before) => {
		await using place = await LockScene.create({ sessionTimeout: `${SESSION_MS}ms` });
		const run = await ticking(place, before);
		const contender = place.take("/x");
		process.kill(await supervisorOf(run), "SIGSTOP");
		place.proxy.mute();
		const lock = await contender;
		const takenAt = Date.now();
		const ended = await run.ended();
		await lock.release();
		expect(ended.code).toBe(79);
		expect(lastTick(ended)).toBeLessThan(takenAt);
	},
);

test.each(each)("%s: both are sent TERM, as by a unit that is stopped: the work ends by it, 143", async (_, before) => {
	await using place = await LockScene.create();
	const run = await ticking(place, before);
	process.kill(await supervisorOf(run), "SIGTERM");
	run.kill("SIGTERM");
	expect((await run.ended()).code).toBe(143);
});

test.each(each)("%s: the supervisor is stopped and tangles is sent TERM: killed after the grace", async (_, before) => {
	await using place = await LockScene.create({ sessionTimeout: "20s" });
	const run = await ticking(place, before);
	process.kill(await supervisorOf(run), "SIGSTOP");
	run.kill("SIGTERM");
	const ended = await run.ended();
	expect({ code: ended.code, err: ended.err }).toMatchObject({ code: 79, err: expect.stringContaining("was stopped") });
});

test("what a run had left in its cgroup when both of its processes were killed is killed by the next run, and told", async () => {
	await using place = await LockScene.create({ sessionTimeout: `${SESSION_MS}ms` });
	// In a cgroup of their own: every run on the host that shares one would end what is left first.
	const cgroup = join(ownCgroup() ?? "", `test-${crypto.randomUUID()}`);
	mkdirSync(cgroup);
	const inside = ["sh", "-c", `echo $$ >${cgroup}/cgroup.procs; exec "$@"`, "sh"];
	const run = await ticking(place, inside, `(setsid sh -c '${TICK.replace("echo go; ", "")}' &) ; ${TICK}`);
	const supervisor = await supervisorOf(run);
	await killBoth(run, supervisor);
	// A kill takes its time on a busy host; what belongs to a supervisor that lives is nobody's to end.
	await polled("the supervisor's end", async () => {
		const now = readProcess(supervisor);
		return now === undefined || hasEnded(now) || undefined;
	});
	const next = await place.startBehind(inside, "locks", "exec", "/y", "--", "true").ended();
	expect({ code: next.code, err: next.err }).toMatchObject({
		code: 0,
		err: expect.stringContaining("killed what an earlier run on this host had left running"),
	});
	await run.ended();
	removeCgroup(cgroup);
	expect(existsSync(cgroup)).toBe(false);
});

test.each(each)(
	"%s: as process 1 of a container it leaves no zombie behind, of what left its group neither",
	async (_, before) => {
		await using place = await LockScene.create();
		const script =
			"(setsid sh -c 'sleep 0.05 & exit' &); sleep 0.5; grep -l '^State:.Z' /proc/[0-9]*/status; echo looked";
		const container = ["unshare", "-pf", "--mount-proc", "--kill-child"];
		const run = place.startBehind([...before, ...container], "locks", "exec", "/x", "--", "sh", "-c", script);
		expect(await run.ended()).toMatchObject({ code: 0, out: "looked\n" });
	},
);
