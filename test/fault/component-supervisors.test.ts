import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { descendantsOf, hasEnded, isStopped, livesStill, readProcess } from "../../src/locks/supervise/process-tree.ts";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { WITHOUT_CGROUP } from "../support/containment.ts";
import { LockScene } from "../support/lock-scene.ts";
import { Run } from "../support/tangles.ts";
import { polled } from "../support/until.ts";

/** So many works share a supervisor: see `supervisor-pool.ts`. */
const SETS = 8;
/** Each work notes its supervisor, the parent of the work. */
const NOTE = 'echo $PPID >>"$0/supervisors"';
/** Stops at the write of a success: the work's end is known by then, so that its supervisor is idle. */
const RECORDED = '"outcome":"Success"';
const LAYERS = [
	["cgroup", []],
	["subreaper", WITHOUT_CGROUP],
] as const;

async function scene(batches: number, threads = 1) {
	const components = { Sample: { ...SAMPLE, "queue-length": batches, "max-threads": threads } };
	const place = await ComponentScene.create({ components, sessionTimeout: "9s" });
	return { place, ids: await place.archived(batches) };
}

function start(place: ComponentScene, script: string, before: readonly string[] = []): Run {
	const words = ["component", "Sample", "-v", "--", "sh", "-c", script, place.folder];
	return new Run(words, place.env, place.folder, before);
}

const supervisors = (place: ComponentScene) => place.lines("supervisors");
const distinct = (all: readonly string[]) => [...new Set(all)];

test.each(LAYERS)("%s: 20 batches one after another have a supervisor for each 8", async (_, before) => {
	const { place, ids } = await scene(20);
	await using _scene = place;
	const { code, err } = await start(place, NOTE, before).ended();
	expect({ code, err }).toMatchObject({ code: 0, err: expect.not.stringContaining("forced exit") });
	const noted = await supervisors(place);
	expect(noted).toHaveLength(20);
	expect(distinct(noted)).toHaveLength(Math.ceil(20 / SETS));
	for (const id of ids) expect(await place.outcomes(id)).toEqual([true]);
});

test.each(["SIGKILL", "SIGSTOP"] as const)(
	"%s for the supervisor between two batches: another one is started, no batch is lost",
	async (signal) => {
		const { place, ids } = await scene(3);
		await using _scene = place;
		const write = place.mongoProxy.stop("request", RECORDED);
		const run = start(place, NOTE);
		const stopped = await write;
		const [first = ""] = await supervisors(place);
		const was = readProcess(Number(first));
		process.kill(Number(first), signal);
		// A busy host takes its time: work that is handed over before would be the supervisor's to lose.
		await polled("the signal to have its effect", async () => {
			const now = readProcess(Number(first));
			return now === undefined || isStopped(now) || hasEnded(now) || undefined;
		});
		stopped.pass();
		expect(await run.ended()).toMatchObject({ code: 0, err: expect.not.stringContaining("forced exit") });
		const noted = await supervisors(place);
		expect(noted).toHaveLength(3);
		expect(noted[1]).not.toBe(first);
		expect(noted[2]).toBe(noted[1] ?? "");
		for (const id of ids) expect(await place.outcomes(id)).toEqual([true]);
		expect(was !== undefined && livesStill(was)).toBe(false);
	},
);

test.each([
	["leaves something running", "sleep 100 </dev/null >/dev/null 2>&1 &"],
	["leaves something in a session of its own", "setsid sleep 100 </dev/null >/dev/null 2>&1 &"],
])("work that %s: the next one has a supervisor of its own", async (_, leave) => {
	for (const [, before] of LAYERS) {
		const { place, ids } = await scene(2);
		await using _scene = place;
		const run = start(place, `${NOTE}; ${leave}`, before);
		expect(await run.ended()).toMatchObject({ code: 0, err: expect.stringContaining("left something running") });
		expect(distinct(await supervisors(place))).toHaveLength(2);
		for (const id of ids) expect(await place.outcomes(id)).toEqual([true]);
	}
});

test("the time limit, a signal, a program's failure: each batch has its own outcome, none that of the next", async () => {
	const components = { Sample: { ...SAMPLE, "queue-length": 4, "max-runtime": "1s" } };
	await using place = await ComponentScene.create({ components });
	const [slow = "", killed = "", failing = "", good = ""] = await place.archived(4);
	const script = `${NOTE}; case $1 in ${slow}) sleep 100;; ${killed}) kill -9 $$;; ${failing}) exit 3;; esac`;
	expect((await start(place, script).ended()).code).toBe(1);
	const noted = await supervisors(place);
	// The one that was ended is not relied on again.
	expect(noted[1]).not.toBe(noted[0]);
	expect(distinct(noted.slice(1))).toHaveLength(1);
	const types = await Promise.all([slow, killed, failing].map(async (id) => (await place.report(id)).failures[0]));
	expect(types).toMatchObject([
		{ type: "timeout" },
		{ type: "exception", description: expect.stringContaining("SIGKILL") },
		{ type: "exception", description: expect.stringContaining("3") },
	]);
	expect(await place.outcomes(good)).toEqual([true]);
});

test.each(["idle", "working"])("tangles is killed while its supervisor is %s: nothing is left", async (state) => {
	const { place } = await scene(3);
	await using _scene = place;
	const write = state === "idle" ? place.mongoProxy.stop("request", RECORDED) : undefined;
	const run = start(place, state === "idle" ? NOTE : `${NOTE}; echo working; sleep 100`);
	if (write === undefined) await run.talk(": working");
	else await write;
	const started = descendantsOf(run.pid);
	expect(started.length).toBeGreaterThan(state === "idle" ? 0 : 1);
	run.kill("SIGKILL");
	// A supervisor writes to tangles' stderr: that ends with it.
	const { err } = await run.ended();
	expect(started.filter(livesStill)).toEqual([]);
	if (state === "idle") expect(err).not.toContain("tangles ended before its work did");
	else expect(err).toContain("tangles ended before its work did");
});

test("a run with nothing to do starts no process, and one that ends leaves none", async () => {
	await using place = await ComponentScene.create({ components: { Sample: SAMPLE } });
	const trace = ["strace", "-f", "-qq", "-e", "trace=execve", "-o", join(place.folder, "trace")];
	const execs = async () => (await readFile(join(place.folder, "trace"), "utf8")).match(/:supervisor/g)?.length ?? 0;
	expect((await start(place, NOTE, trace).ended()).code).toBe(0);
	expect(await execs()).toBe(0);
	await place.archived(1);
	expect((await start(place, NOTE, trace).ended()).code).toBe(0);
	expect(await execs()).toBe(1);
});

test("each work has its own environment and nothing of another's", async () => {
	const { place, ids } = await scene(3);
	await using _scene = place;
	const odd = { EMPTY: "", LINES: "a\nb=c\n", QUOTES: "\"'\\$x", LETTERS: "ä€😀\u0001", LONG: "x".repeat(100_000) };
	const script = 'cat /proc/$$/environ >"$0/env-$1"; export LEAK=1';
	const run = new Run(
		["component", "Sample", "--", "sh", "-c", script, place.folder],
		{ ...place.env, ...odd },
		place.folder,
	);
	expect((await run.ended()).code).toBe(0);
	const own = ["TANGLES_BATCH", "TANGLES_BATCH_ID", "TANGLES_LOCK_TOKEN", "TANGLES_RESULT"];
	const seen: Record<string, string>[] = [];
	for (const id of ids) {
		const text = await readFile(join(place.folder, `env-${id}`), "utf8");
		const pairs = text.split("\0").filter((pair) => pair !== "");
		const env = Object.fromEntries(
			pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
		);
		expect(Object.keys(env)).toHaveLength(pairs.length);
		expect(env).toMatchObject({ ...odd, TANGLES_BATCH: id, TANGLES_BATCH_ID: id.slice(1, -4) });
		expect(Object.keys(env).filter((name) => name === "LEAK" || name.startsWith("NODE_CHANNEL"))).toEqual([]);
		seen.push(Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name))));
	}
	expect(seen[1]).toEqual(seen[0] ?? {});
	expect(seen[2]).toEqual(seen[0] ?? {});
});

test("each work has its own streams: three descriptors, its batch on stdin, its words under its own name", async () => {
	const { place, ids } = await scene(6, 2);
	await using _scene = place;
	const script =
		'echo $(ls -l /proc/$$/fd | grep -o "socket:.*") >"$0/fds-$1"; cat >"$0/in-$1"; ' +
		'head -c 1000000 /dev/zero | tr "\\0" x | fold -w 900; echo; echo "said by $1"; kill -9 $$';
	const { code, err } = await start(place, script).ended();
	expect(code).toBe(1);
	const sockets: string[] = [];
	for (const id of ids) {
		const [own = ""] = await place.lines(`fds-${id}`);
		expect(own.split(" ")).toHaveLength(3);
		sockets.push(...own.split(" "));
		expect(JSON.parse((await place.lines(`in-${id}`)).join("\n"))).toMatchObject({ _id: id });
		// Told only after 1 MB, right before an abrupt end.
		expect(err).toContain(`${id}: said by ${id}`);
	}
	expect(err.match(/said by/g)).toHaveLength(ids.length);
	expect(distinct(sockets)).toHaveLength(3 * ids.length);
});

test("long arguments reach the work", async () => {
	await using place = await LockScene.create();
	const words = Array.from({ length: 12 }, () => "x".repeat(100_000));
	const script = "echo $#; expr length $1";
	const { code, out } = await place.run("locks", "exec", "/x", "--", "sh", "-c", script, "sh", ...words);
	expect({ code, out }).toEqual({ code: 0, out: "12\n100000\n" });
});

test("locks exec where the lock is held elsewhere: 75, silently, and nothing is left", async () => {
	await using place = await LockScene.create();
	await using _holder = await place.ticking("/x");
	// What is left would keep stderr open, and this would wait for it.
	const { code, out, err } = await place.run("locks", "exec", "/x", "--", "echo", "ran");
	expect({ code, out, lines: err.trim().split("\n").length }).toEqual({ code: 75, out: "", lines: 2 });
});
