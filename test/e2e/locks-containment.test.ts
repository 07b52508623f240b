import { beforeAll, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { WITHOUT_CGROUP } from "../support/containment.ts";
import { LockScene, TICKER } from "../support/lock-scene.ts";
import { bringPrograms } from "../support/programs.ts";

/** What the work finds at its start; one descriptor is that of `ls` itself. */
const LOOK = "ls /proc/self/fd; exec cat /proc/self/status /proc/self/cgroup";

function whatItFound(text: string) {
	const { Pid, NSpgid, NSsid, SigBlk, SigIgn } = Object.fromEntries(
		[...text.matchAll(/^(\w+):\t(\w+)$/gm)].map(([, name, value]) => [name, value]),
	);
	return {
		descriptors: /^(?:\d+\n)+/.exec(text)?.[0].trim().split("\n").length,
		ownGroup: NSpgid === Pid,
		ownSession: NSsid === Pid,
		blocked: Number(`0x${SigBlk}`),
		ignored: Number(`0x${SigIgn}`),
		ownCgroup: text.includes("/tangles-"),
	};
}

const AS_IT_SHOULD = {
	descriptors: 4,
	ownGroup: true,
	ownSession: true,
	blocked: 0,
	ignored: 0,
	ownCgroup: true,
};
const WITHOUT_CLONE3 = ["/usr/bin/python3", join(import.meta.dir, "../python/without_clone3.py")];

beforeAll(() => bringPrograms("python3-seccomp"));

test.each([
	["born in its cgroup", true, []],
	["moved to its cgroup, where the system knows no other way", true, WITHOUT_CLONE3],
	["without a cgroup", false, WITHOUT_CGROUP],
] as const)(
	"%s: the work has its three streams, a session of its own, and no signal blocked or ignored",
	async (_, ownCgroup, before) => {
		await using place = await LockScene.create();
		const inherits = ["bash", "-c", 'exec 9</etc/passwd; exec "$@"', "bash"];
		const run = place.startBehind([...before, ...inherits], "locks", "exec", "/x", "--", "sh", "-c", LOOK);
		const { code, out, err } = await run.ended();
		expect({ code, err }).toEqual({ code: 0, err: "" });
		expect(whatItFound(out)).toEqual({ ...AS_IT_SHOULD, ownCgroup });
	},
);

test("works that share a supervisor find the same, and nothing of each other", async () => {
	const components = { Sample: { ...SAMPLE, "queue-length": 3, "max-threads": 1 } };
	await using scene = await ComponentScene.create({ components });
	const ids = await scene.archived(3);
	const script = `exec >"$0/$1"; ${LOOK}`;
	const { code, err } = await scene.command(["component", "Sample", "--", "sh", "-c", script, scene.folder]).ended();
	expect({ code, err }).toMatchObject({ code: 0 });
	for (const id of ids) expect(whatItFound(await readFile(join(scene.folder, id), "utf8"))).toEqual(AS_IT_SHOULD);
});

test.each([
	["cgroup", "a cgroup of its own", []],
	["subreaper", "process group and subreaper", WITHOUT_CGROUP],
] as const)(
	"%s: which layer is in force is in the log with -v, in locks show, and in doctor",
	async (layer, text, before) => {
		await using place = await LockScene.create();
		const run = place.startBehind(before, "locks", "exec", "/x", "-v", "--", ...TICKER);
		await run.talk(`the work runs in ${text}`);
		const { nodes } = JSON.parse((await place.run("locks", "show", "/x", "--json")).out);
		for (const node of nodes) expect(node.made_by.contained).toBe(layer);
		expect((await place.run("locks", "show", "/x")).out).toContain(` ${layer} `);
		const doctor = await place.startBehind(before, "doctor", "--json").ended();
		const lines: { part: string; state: string; text: string }[] = JSON.parse(doctor.out).lines;
		expect(lines.filter(({ part }) => part === "work")).toEqual([
			{ part: "work", state: "ok", text: expect.stringContaining(`contained by ${text}`) },
		] as never);
		run.kill("SIGTERM");
		expect((await run.ended()).code).toBe(143);
	},
);

test.each([
	["throws", "throw new Error('no such luck')", "no such luck"],
	[
		"throws in a timer",
		"setTimeout(() => { throw new Error('no such luck') }, 1); await new Promise(() => {})",
		"no such luck",
	],
	[
		"leaves a promise behind",
		"void Promise.reject(new Error('no such luck')); await new Promise(() => {})",
		"no such luck",
	],
	["throws what is no error", "throw 'no such luck'", "no such luck"],
])("a module that %s: its failure is recorded with the stack, which is not in the log", async (_, body, text) => {
	await using scene = await ComponentScene.create({ components: { Sample: SAMPLE } });
	const [id = ""] = await scene.archived(1);
	await writeFile(join(scene.folder, "check.ts"), `export default async () => { ${body} };`);
	const { code, err } = await scene.command(["component", "Sample", "--module", "check.ts"]).ended();
	expect(code).toBe(1);
	expect(err).toContain(`${id}: ${text}`);
	expect(err).not.toMatch(/\bat .*check\.ts|Bun v/);
	expect((await scene.report(id)).failures[0]).toMatchObject({ type: "exception", description: text });
});
