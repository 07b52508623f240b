import { expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Batch } from "../../src/line/batches/batch.ts";
import { COMMANDS } from "../support/commands.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { BINARY, Running, tangles } from "../support/tangles.ts";

const BUG = /unforeseen|\n\s+at |citty/;

test("every command without what it requires: 64, the first that is missing, and how it is called", async () => {
	let tried = 0;
	for (const { about, args } of COMMANDS) {
		const required = Object.entries(args).filter(([, arg]) =>
			arg.type === "positional" ? arg.required !== false : arg.required === true,
		);
		for (const [at, [name, arg]] of required.entries()) {
			const before = required
				.slice(0, at)
				.flatMap(([flag, it]) => (it.type === "positional" ? ["/x"] : [`--${flag}`, "1d"]));
			const { code, out, err } = await tangles([...about.name.split(" "), ...before]);
			expect({ command: about.name, code, out }).toEqual({ command: about.name, code: 64, out: "" });
			expect(err).toContain(
				arg.type === "positional" ? `missing argument ${name.toUpperCase()}` : `missing flag --${name}`,
			);
			expect(err).toContain(`usage: tangles ${about.name}`);
			expect(err).not.toMatch(BUG);
			tried += 1;
		}
	}
	expect(tried).toBeGreaterThan(10);
	expect((await tangles(["locks", "break", "/x"])).err).toContain("usage: tangles locks break [flags] PATH --token T");
});

test.each([
	[["locks", "wait", "/x", "--timeout", "1s", "--timeout", "2s"], "--timeout is given twice"],
	[["produce", "--until-tcn=3", "--until-tcn=4"], "--until-tcn is given twice"],
	[["-c", "/a.yaml", "locks", "ls", "-c", "/b.yaml"], "-c is given twice"],
	[["locks", "ls", "--config=/a.yaml", "-c", "/b.yaml"], "--config and -c are the same flag, given twice"],
	[["locks", "break", "/x", "--token=1", "--token=2"], "--token is given twice"],
	[["produce", "--lock", "--no-lock"], "--lock and --no-lock exclude each other"],
	[["locks", "ls", "--constructor=x"], "unknown flag --constructor"],
])("%j: 64", async (words, says) => {
	const { code, out, err } = await tangles(words);
	expect({ code, out, err }).toMatchObject({ code: 64, out: "", err: expect.stringContaining(says) });
	expect(err).not.toMatch(BUG);
});

test("batches ls: a list given twice is the list of both", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const ids = async (...words: string[]) => {
		const { out } = await scene.command(["batches", "ls", "--json", ...words]).ended();
		return (JSON.parse(out) as { batches: readonly Pick<Batch, "id">[] }).batches.map((batch) => batch.id);
	};
	expect(await ids("--past", "Data_Archived")).toEqual([id]);
	// The first one never happened; it used to be forgotten.
	expect(await ids("--past", "Never", "--past", "Data_Archived")).toEqual([]);
	expect(await ids("--past=Data_Archived", "--past", "Never")).toEqual([]);
	expect(await ids("--future", "Data_Archived", "--future", "Never")).toEqual([]);
	expect(await ids("--type", "Other", "--type", "Newspaper")).toEqual([id]);
});

test("stdin that cannot be read: 64, and never taken for an empty one", async () => {
	await using scene = await ComponentScene.create();
	const add = async (redirection: string) => {
		const script = `"${BINARY}" batches add --stdin ${redirection}`;
		return await new Running(["sh", "-c", script], scene.env, scene.folder).ended();
	};
	await writeFile(join(scene.folder, "file"), "");
	for (const [redirection, says] of [
		["</tmp", "stdin cannot be read: it is a directory"],
		["<&-", "stdin cannot be read: it is closed"],
		["0>written", "stdin cannot be read: it is open for writing only"],
		["</proc/self/mem", "stdin cannot be read: EIO"],
	] as const) {
		const { code, out, err } = await add(redirection);
		expect({ redirection, code, out }).toEqual({ redirection, code: 64, out: "" });
		expect(err).toContain(says);
		expect(err).not.toMatch(BUG);
	}
	for (const empty of ["</dev/null", "<file", "<>/dev/null"]) {
		expect(await add(empty)).toMatchObject({ code: 0, out: "added 0, present 0, faulty 0\n" });
	}
});

test("a folder where a file is expected: named, and never a bug", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	await mkdir(join(scene.folder, "folder.yaml"));
	await mkdir(join(scene.folder, "folder.ts"));
	for (const [words, code, says] of [
		[["locks", "ls", "-c", "folder.yaml"], 78, "folder.yaml: is a folder"],
		[["batches", "event", id, "X", "--success", "--details", "@/tmp"], 64, "the file is a folder"],
		[["component", "Sample", "--module", "folder.ts"], 78, "--module folder.ts: it is a folder"],
		[["component", "Sample", "--new", "folder.ts"], 1, "folder.ts: the file is there already; it is left as it is"],
	] as const) {
		const ended = await scene.command(words).ended();
		expect({ words, code: ended.code, err: ended.err }).toMatchObject({
			words,
			code,
			err: expect.stringContaining(says),
		});
		expect(ended.err).not.toMatch(BUG);
	}
});
