import { beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VERBS } from "../../src/commands/index.ts";
import { SECTION_KEYS } from "../../src/config/keys.ts";
import { COMMANDS } from "../support/commands.ts";
import { bringPrograms } from "../support/programs.ts";
import { Run, Running, tangles } from "../support/tangles.ts";

beforeAll(async () => await bringPrograms("mandoc"));

const HOST = { PATH: process.env.PATH ?? "" };
/** How a formatter prints bold and italics. */
const OVERSTRUCK = new RegExp(`.${String.fromCharCode(8)}`, "g");

/** A folder of its own, removed at the end. */
class Folder implements AsyncDisposable {
	readonly path: string;

	private constructor(path: string) {
		this.path = path;
	}

	static async create(): Promise<Folder> {
		return new Folder(await mkdtemp(join(tmpdir(), "tangles-man-")));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await rm(this.path, { recursive: true, force: true });
	}
}

const write = async (dir: string, epoch = "1700000000") =>
	await tangles(["man", "--dir", dir], { SOURCE_DATE_EPOCH: epoch });

/** A page as a person reads it, on one line, without what the formatter does to words. */
async function read(path: string): Promise<string> {
	const { out } = await new Running(["mandoc", "-Tutf8", "-Owidth=500", path], HOST).ended();
	return out.replaceAll(OVERSTRUCK, "").replaceAll(/\s+/g, " ");
}

test("a page for the tool, for each verb and for the config; mandoc's lint has nothing to say of them", async () => {
	await using folder = await Folder.create();
	expect(await write(join(folder.path, "new/man"))).toMatchObject({ code: 0, err: "" });
	const files = await readdir(join(folder.path, "new/man"));
	const verbs = Object.keys(VERBS).map((verb) => `tangles-${verb}.1`);
	expect(files.toSorted()).toEqual([...verbs, "tangles.1", "tangles.yaml.5"].toSorted());
	const paths = files.map((file) => join(folder.path, "new/man", file));
	const lint = await new Running(["mandoc", "-Tlint", "-Wall", ...paths], HOST).ended();
	expect(lint).toEqual({ code: 0, out: "", err: "" });
});

test("every command, flag, example and key stands in the pages as the help and the schemas have it", async () => {
	await using folder = await Folder.create();
	await write(folder.path);
	for (const command of COMMANDS) {
		const [verb = ""] = command.about.name.split(" ");
		const page = await read(join(folder.path, `tangles-${verb}.1`));
		for (const [name, arg] of Object.entries(command.args)) {
			const long = arg.type === "boolean" && arg.default === true ? `--no-${name}` : `--${name}`;
			expect(page).toContain(arg.type === "positional" ? ` ${name.toUpperCase()} ` : ` ${long} `);
		}
		for (const { run, does } of command.about.examples) {
			expect(page).toContain(run);
			expect(page).toContain(does.replaceAll("`", ""));
		}
	}
	const config = await read(join(folder.path, "tangles.yaml.5"));
	for (const key of Object.values(SECTION_KEYS).flatMap((keys) => Object.keys(keys))) {
		expect(config).toMatch(new RegExp(` ${key} [^ ].*? Type: .*? Default: `));
	}
	expect(config).toContain("headroom what the queue may hold; then pushing rests until half is free. Type: a whole");
	expect(config).toContain("poll time between two looks at the queue. Type: a number with a unit");
	expect(config).toContain("Default: 3s. Unit: ms, s, m, h or d.");
	expect(config).toContain("Environment: TANGLES_ZOOKEEPER.");
});

test("the same time gives the same bytes on any host; a time that is none is 78, a folder that cannot be made 64", async () => {
	await using folder = await Folder.create();
	const [one, other] = [join(folder.path, "one"), join(folder.path, "other")];
	await write(one);
	// On a host with one processor.
	const env = { ...HOST, SOURCE_DATE_EPOCH: "1700000000" };
	await new Run(["man", "--dir", other], env, folder.path, ["taskset", "-c", "0"]).ended();
	for (const file of await readdir(one)) {
		expect(await Bun.file(join(other, file)).text()).toBe(await Bun.file(join(one, file)).text());
	}
	expect(await Bun.file(join(one, "tangles.1")).text()).toStartWith(".TH TANGLES 1 2023-11-14 ");
	const faulty = await write(one, "yesterday");
	expect(faulty.code).toBe(78);
	expect(faulty.err).toContain("environment SOURCE_DATE_EPOCH: is not a time (found yesterday)");
	expect(faulty.err).toContain("expected whole seconds since 1970");
	await writeFile(join(folder.path, "file"), "");
	const below = await write(join(folder.path, "file/man"));
	expect(below.code).toBe(64);
	expect(below.err).toContain("file/man cannot be written: ENOTDIR");
	expect(below.err).toContain("give a folder that this user may write to, or make");
});
