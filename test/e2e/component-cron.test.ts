import { describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";

const COMPONENTS = { Sample: { ...SAMPLE, "queue-length": 10 } };

describe("-q prints what failed and nothing else", () => {
	test("nothing ready, and batches that are done: 0 bytes, in both procedures", async () => {
		await using scene = await ComponentScene.create({ components: COMPONENTS });
		expect(await scene.run("true", "-q")).toEqual({ code: 0, out: "", err: "" });
		const ids = await scene.archived(3);
		expect(await scene.run("true", "-q")).toEqual({ code: 0, out: "", err: "" });
		for (const id of ids) expect(await scene.outcomes(id)).toEqual([true]);
		await scene.archived(1, 10);
		expect(await scene.run("echo words; true", "-q", "--procedure", "1")).toEqual({ code: 0, out: "", err: "" });
		// Without -q it stands there, as the existing components print it.
		const [id] = await scene.archived(1, 20);
		expect((await scene.run("true")).out).toBe(`Worked on ${id} successfully\n`);
	});

	test("one of three fails: its line and why, and no word of the others", async () => {
		await using scene = await ComponentScene.create({ components: COMPONENTS });
		const [first, bad, last] = await scene.archived(3);
		const { code, out, err } = await scene.run(`[ "$1" != ${bad} ]`, "-q");
		expect({ code, out }).toEqual({ code: 1, out: `Failed to process ${bad}\n` });
		expect(err).toContain(`error ${bad}: exception: exit code 1`);
		for (const id of [first, last]) expect(`${out}${err}`).not.toContain(`${id}`);
	});

	test("--json keeps every event: they are payload", async () => {
		await using scene = await ComponentScene.create({ components: COMPONENTS });
		await scene.archived(1);
		expect((await scene.run("true", "-q", "--json")).out).toContain('"event":"worked"');
	});
});

describe("folders for reports", () => {
	const reports = async (folder: string) => (await readdir(folder)).filter((name) => name.startsWith("tangles-"));

	test("a killed run's is removed by the next one; a living run's, somebody else's and other files stay", async () => {
		await using scene = await ComponentScene.create({ components: COMPONENTS });
		await scene.archived(2);
		const tmp = await mkdtemp(join(scene.folder, "tmp-"));
		const command = (script: string, ...flags: string[]) =>
			scene.command(["component", "Sample", ...flags, "--", "sh", "-c", script, scene.folder], { TMPDIR: tmp });
		const killed = command("echo go >&2; sleep 60");
		await killed.talk("go");
		const [left = ""] = await reports(tmp);
		expect(left).toStartWith("tangles-reports-");
		killed.kill("SIGKILL");
		await killed.ended();
		expect(await reports(tmp)).toEqual([left]);
		await writeFile(join(tmp, left, "report.json"), "{}");
		// Names that fit with a process that is gone, and that are no folders of ours.
		const [, , where = "", pid = "", started = ""] = left.split("-");
		const named = (end: string, host = where, start = started) => `tangles-reports-${host}-${pid}-${start}-${end}`;
		await writeFile(join(tmp, named("file")), "");
		await mkdir(join(scene.folder, "precious"));
		await symlink(join(scene.folder, "precious"), join(tmp, named("link")));
		await mkdir(join(tmp, named("elsewhere", "0123456789ab")));
		await mkdir(join(tmp, "tangles-scene-1"));
		// The number of a living process that started at another time: it was given out again.
		await mkdir(join(tmp, `tangles-reports-${where}-${process.pid}-1-again`));
		await mkdir(join(tmp, `tangles-reports-${where}-${process.pid}-0-unknown`));
		const living = command(
			'echo go >&2; until [ -e "$0/open" ]; do sleep 0.02; done',
			"--procedure",
			"1",
			"--wait",
			"30s",
		);
		await living.talk("go");
		const [own = ""] = (await reports(tmp)).filter(
			(name) =>
				name.startsWith(`tangles-reports-${where}`) && ![pid, String(process.pid)].includes(name.split("-")[3] ?? ""),
		);
		const rest = [named("file"), named("link"), named("elsewhere", "0123456789ab"), "tangles-scene-1"];
		const unknown = `tangles-reports-${where}-${process.pid}-0-unknown`;
		expect((await reports(tmp)).toSorted()).toEqual([...rest, unknown, own].toSorted());
		expect((await command("true", "--procedure", "1", "--wait", "30s").ended()).code).toBe(0);
		expect((await reports(tmp)).toSorted()).toEqual([...rest, unknown, own].toSorted());
		await writeFile(join(scene.folder, "open"), "");
		expect((await living.ended()).code).toBe(0);
		expect((await reports(tmp)).toSorted()).toEqual([...rest, unknown].toSorted());
		expect(await readdir(join(scene.folder, "precious"))).toEqual([]);
	});

	test("where none can be made: 78 and the hint", async () => {
		await using scene = await ComponentScene.create({ components: COMPONENTS });
		await scene.archived(1);
		const { code, err } = await scene
			.command(["component", "Sample", "--", "true"], { TMPDIR: join(scene.folder, "missing") })
			.ended();
		expect(code).toBe(78);
		expect(err).toContain("no folder for reports can be made");
		expect(err).toContain("set TMPDIR to a folder that may be written to");
	});
});
