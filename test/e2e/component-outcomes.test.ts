import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";

const REPORT = (report: object) => `cat >"$TANGLES_RESULT" <<'END'\n${JSON.stringify(report)}\nEND\n`;

interface Outcome {
	readonly script: string;
	readonly code: 0 | 1;
	/** The report's first failure; none for a success. */
	readonly failure?: { readonly type: string; readonly description: string; readonly details?: string };
}

const OUTCOMES: readonly (readonly [string, Outcome])[] = [
	["exit code 0", { script: "true", code: 0 }],
	[
		"exit code 3 without a report",
		{
			script: "echo first >&2; echo last words >&2; exit 3",
			code: 1,
			failure: { type: "exception", description: "exit code 3", details: "first\nlast words" },
		},
	],
	[
		"killed by a signal",
		{ script: "kill -KILL $$", code: 1, failure: { type: "exception", description: "killed by SIGKILL", details: "" } },
	],
	[
		"exit code 0 with failures reported",
		{
			script: REPORT({ failures: [{ filereference: "a.tif", type: "checksum", description: "wrong", details: "x" }] }),
			code: 1,
			failure: { type: "checksum", description: "wrong", details: "x" },
		},
	],
	[
		"exit code 3 with failures reported",
		{
			script: `${REPORT({ failures: [{ type: "mine", description: "told" }] })}exit 3`,
			code: 1,
			failure: { type: "mine", description: "told" },
		},
	],
	[
		"exit code 3 with a report that tells of no failure",
		{ script: `${REPORT({})}exit 3`, code: 1, failure: { type: "exception", description: "exit code 3" } },
	],
	[
		"a report that is not JSON",
		{
			script: 'echo "{oops" >"$TANGLES_RESULT"',
			code: 1,
			failure: { type: "exception", description: expect.stringContaining("the report is not JSON") as never },
		},
	],
	[
		"a report of another shape",
		{
			script: REPORT({ failures: "many" }),
			code: 1,
			failure: {
				type: "exception",
				description: "the report is not what it must be: failures is not a list (exit code 0)",
			},
		},
	],
];

test.each(OUTCOMES)("%s: event, line and exit code", async (_, { script, code, failure }) => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const ended = await scene.run(script);
	expect({ code: ended.code, out: ended.out }).toEqual({
		code,
		out: code === 0 ? `Worked on ${id} successfully\n` : `Failed to process ${id}\n`,
	});
	const event = (await scene.batch(id)).events.at(-1);
	expect(event).toMatchObject({ type: "Batch_Sampled", success: code === 0, agent: "Sample-1.0" });
	const report = await scene.report(id);
	expect(report).toMatchObject({ tool: "Sample", version: "1.0", outcome: code === 0 ? "Success" : "Failure" });
	expect(report.date).toBe(event?.time.toISOString() ?? "");
	if (failure === undefined) expect(report.failures).toEqual([]);
	else {
		expect(report.failures.length).toBe(1);
		expect(report.failures[0]).toMatchObject(failure);
		expect(ended.err).toContain(failure.type);
	}
});

test("preservable: false: no event, the batch stays ready, and that is said", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const { code, out, err } = await scene.run(REPORT({ preservable: false }));
	expect({ code, out }).toEqual({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(err).toContain(`${id}: no event is recorded, as its report asks`);
	expect(await scene.outcomes(id)).toEqual([]);
	expect((await scene.run("true")).out).toBe(`Worked on ${id} successfully\n`);
});

test("100,000 failures: max-results are kept, the others are counted", async () => {
	await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "max-results": 50 } } });
	const [id = ""] = await scene.archived(1);
	const one = '{"type":"t","description":"number \'$i\'"}';
	const script = `{ printf '{"failures":['; i=0; while [ $i -lt 99999 ]; do printf '${one},'; i=$((i+1)); done; printf '${one}]}'; } >"$TANGLES_RESULT"`;
	const { code, out } = await scene.run(script, "--json");
	expect(code).toBe(1);
	expect(out).toContain('"failures":100000,');
	const report = await scene.report(id);
	expect(report.failures.length).toBe(50);
	expect(report.failures[0]?.description).toBe("number 0");
	expect(report.failures_left_out).toBe(99_950);
});

test("100 MB of stderr: every line comes through, memory stays flat, the report keeps the tail", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const line = "x".repeat(99);
	const run = scene.start(`yes ${line} | head -c 100000000 >&2; echo the end >&2; exit 9`);
	let peak = 0;
	const watching = (async () => {
		for await (const { status } of statuses(run.pid)) peak = Math.max(peak, status);
	})();
	const { code, err } = await run.ended();
	await watching;
	expect(code).toBe(1);
	expect(err.split(`${id}: ${line}`).length - 1).toBe(1_000_000);
	expect(peak).toBeLessThan(300_000);
	const report = await scene.report(id);
	expect(report.failures[0]?.details).toEndWith("the end");
	expect(report.failures[0]?.details.length).toBeLessThan(5000);
});

/** Resident memory of a process in kB, looked at ten times a second until it is gone. proc(5). */
async function* statuses(pid: number): AsyncGenerator<{ status: number }> {
	for (;;) {
		const status = Bun.file(`/proc/${pid}/status`);
		try {
			const [, rss] = /VmRSS:\s+(\d+)/.exec(await status.text()) ?? [];
			if (rss === undefined) return;
			yield { status: Number(rss) };
		} catch {
			return;
		}
		// Samples, one after another: no event tells of memory.
		await Bun.sleep(100);
	}
}

test("past its time limit: TERM, then KILL, and a failure of type timeout", async () => {
	await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "max-runtime": "300ms" } } });
	const [id = ""] = await scene.archived(1);
	const polite = await scene.run("echo at work >&2; sleep 60 & wait");
	expect({ code: polite.code, out: polite.out }).toEqual({ code: 1, out: `Failed to process ${id}\n` });
	expect((await scene.report(id)).failures[0]).toMatchObject({
		type: "timeout",
		description: "stopped after 0.3 s (killed by SIGTERM)",
		details: "at work",
	});
	const [stubborn = ""] = await scene.archived(1, 2);
	await scene.run("trap '' TERM; sleep 60 & wait; sleep 60");
	expect((await scene.report(stubborn)).failures[0]?.description).toBe("stopped after 0.3 s (killed by SIGKILL)");
});

test.each([
	["a command that does not exist", ["--", "no-such-program"], 64, "no-such-program: no such command"],
	["no command at all", [], 78, "it is not said what to run"],
	["a module that does not exist", ["--module", "nope.ts"], 78, "--module nope.ts: it cannot be read"],
	["a built-in that does not exist", ["--module", "builtin:nope"], 64, "there is builtin:sample, builtin:approver"],
	["both a module and a command", ["--module", "builtin:sample", "--", "true"], 64, "both --module and a command"],
	["another procedure", ["--procedure", "3", "--", "true"], 64, '--procedure is "3"'],
	["a wrong time", ["--wait", "soon", "--", "true"], 64, '--wait is "soon"'],
	["a wrong --if-locked", ["--if-locked", "wait", "--", "true"], 64, '--if-locked is "wait"'],
] as const)("%s is told before any lock is taken", async (_, words, code, text) => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const before = scene.locks.proxy.lastAnswer;
	const ended = await scene.command(["component", "Sample", ...words]).ended();
	expect({ code: ended.code, out: ended.out }).toEqual({ code, out: "" });
	expect(ended.err).toContain(text);
	expect(scene.locks.proxy.lastAnswer).toBe(before);
	expect((await scene.batch(id)).claim).toBe(0);
});

test("a component that the config does not name, or that has no event: 78 with the nearest name and the hint", async () => {
	await using scene = await ComponentScene.create({ components: { Sample: { past: ["Data_Archived"] } } });
	const near = await scene.command(["component", "Simple", "--", "true"]).ended();
	expect(near.code).toBe(78);
	expect(near.err).toContain("components: there is no component Simple");
	expect(near.err).toContain("did you mean Sample?");
	const none = await scene.run("true");
	expect(none.code).toBe(78);
	expect(none.err).toContain("components.Sample: it is not said which event it records");
	const bad = await scene.command(["component", "a/b", "--", "true"]).ended();
	expect({ code: bad.code, text: bad.err.includes("cannot be part of a lock's path") }).toEqual({
		code: 64,
		text: true,
	});
});

test("the child gets the batch: as last argument, as JSON on stdin, and in its environment", async () => {
	await using scene = await ComponentScene.create({
		components: { Sample: { ...SAMPLE, "threads-per-batch": 3, "max-results": 7 } },
	});
	const [id = ""] = await scene.archived(1);
	await scene.run('cat >"$0/stdin"; env | grep ^TANGLES_ | sort >"$0/env"; echo "$1" >"$0/arg"');
	expect(await scene.lines("arg")).toEqual([id]);
	const [json = ""] = await scene.lines("stdin");
	expect(JSON.parse(json)).toMatchObject({
		...{ _id: id, batch_id: "400000000001", round_trip: 1, type: "Newspaper" },
		events: [{ type: "Data_Archived", success: true }],
	});
	const env = (await scene.lines("env")).map((line) => line.split("=", 1)[0]);
	expect(env).toEqual([
		...["TANGLES_BATCH", "TANGLES_BATCH_ID", "TANGLES_COMPONENT", "TANGLES_CONFIG", "TANGLES_LOCK_TOKEN"],
		...["TANGLES_MAX_RESULTS", "TANGLES_RESULT", "TANGLES_ROUND_TRIP", "TANGLES_THREADS"],
	]);
	expect(await scene.lines("env")).toContain("TANGLES_THREADS=3");
});

test("--new writes a module that runs as it is, and never over a file", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	expect((await scene.command(["component", "Sample", "--new", "check.ts"]).ended()).code).toBe(0);
	const again = await scene.command(["component", "Sample", "--new", "check.ts"]).ended();
	expect({ code: again.code, text: again.err.includes("the file is there already") }).toEqual({ code: 1, text: true });
	const { code, out, err } = await scene.command(["component", "Sample", "--module", "check.ts"]).ended();
	expect({ code, out }).toEqual({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(err).toContain(`${id}: ${id} is of type Newspaper and has 1 events`);
});

test("a module reports failures, throws, asks for no event, and hears when it is to stop", async () => {
	await using scene = await ComponentScene.create({
		components: { Sample: { ...SAMPLE, "queue-length": 4, "max-runtime": "500ms" } },
	});
	const [fails = "", throws = "", silent = "", stops = ""] = await scene.archived(4);
	await writeFile(
		join(scene.folder, "check.ts"),
		`export default async (batch: { _id: string }, report: any, signal: AbortSignal) => {
			if (batch._id === "${fails}") report.failure({ type: "checksum", filereference: "a.tif", description: "wrong" });
			if (batch._id === "${throws}") throw new Error("no such luck");
			if (batch._id === "${silent}") report.preservable(false);
			if (batch._id === "${stops}") await new Promise((resolve) => signal.addEventListener("abort", resolve));
		};`,
	);
	const { code } = await scene.command(["component", "Sample", "--module", "check.ts"]).ended();
	expect(code).toBe(1);
	expect((await scene.report(fails)).failures).toEqual([
		{ type: "checksum", filereference: "a.tif", description: "wrong", details: "", component: "Sample-1.0" },
	]);
	expect((await scene.report(throws)).failures[0]).toMatchObject({ type: "exception", description: "no such luck" });
	expect(await scene.outcomes(silent)).toEqual([]);
	expect((await scene.report(stops)).failures[0]).toMatchObject({
		type: "timeout",
		description: "stopped after 0.5 s (exit code 0)",
	});
});
