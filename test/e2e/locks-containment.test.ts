import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { WITHOUT_CGROUP } from "../support/containment.ts";
import { LockScene, TICKER } from "../support/lock-scene.ts";

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
