import { expect, test } from "bun:test";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ConfigFolder } from "../support/config-folder.ts";
import { FAULTY_CONFIGS, NEVER_SHOWN } from "../support/faulty-configs.ts";
import { Run } from "../support/tangles.ts";

/** Nobody answers there: a command that asked a server would fail of it, or wait. */
const UNREACHABLE = {
	FAKTORY_URL: "tcp://:hunter2@127.0.0.1:1",
	TANGLES_MONGO_URI: "mongodb://u:hunter2@127.0.0.1:1/db",
	TANGLES_ZOOKEEPER: "127.0.0.1:1",
};

test("config check: faults, places, hints and warnings, and 78; nothing wrong is 0, and with -q silence", async () => {
	const text = "producer:\n  window: 0\n  pol: 3s\nnonsense: 1\n";
	await using folder = await ConfigFolder.create({ "tangles.yaml": text, "good.yaml": "producer: { poll: 2s }\n" });
	const run = async (...words: string[]) => await new Run(["config", ...words], UNREACHABLE, folder.path).ended();
	expect(await run("check")).toEqual({
		code: 78,
		out:
			"fault tangles.yaml:2: producer.window: is not in range (found 0)\n" +
			"      expected a whole number, 1 to 64\n" +
			"warn  tangles.yaml:4: nonsense: unknown key\n" +
			"      nothing reads this key: take it out, or correct its name\n" +
			"warn  tangles.yaml:3: producer.pol: unknown key\n" +
			"      did you mean poll?\n" +
			"tangles.yaml: 1 fault, 2 warnings\n",
		err: "",
	});
	expect(await run("check", "-c", "good.yaml")).toEqual({
		code: 0,
		out: "good.yaml: 0 faults, 0 warnings\n",
		err: "",
	});
	expect(await run("check", "-c", "good.yaml", "-q")).toEqual({ code: 0, out: "", err: "" });
	expect(await run("check", "-c", "none.yaml")).toMatchObject({ code: 78, out: expect.stringContaining("none.yaml") });
});

test("no variable makes the YAML library print the file", async () => {
	const password = "faktory-connection-info: { domain: 127.0.0.1, password: hunter3 }\n";
	await using folder = await ConfigFolder.create({ "tangles.yaml": password });
	const env = { LOG_TOKENS: "1", LOG_STREAM: "1" };
	const run = async (...words: string[]) => await new Run(["config", ...words], env, folder.path).ended();
	expect(await run("check")).toEqual({ code: 0, out: "tangles.yaml: 0 faults, 0 warnings\n", err: "" });
	const { code, out, err } = await run("show", "--json");
	expect({ code, err }).toEqual({ code: 0, err: "" });
	expect(out).not.toContain("hunter3");
	JSON.parse(out);
});

test("config check of a file that is not there or cannot be read: 78 by each way to name it; an empty one is warned of", async () => {
	await using folder = await ConfigFolder.create({
		"empty.yaml": "",
		"blank.yaml": "\ufeff \n",
		"closed.yaml": "a: 1",
	});
	await mkdir(join(folder.path, "folder.yaml"));
	await chmod(join(folder.path, "closed.yaml"), 0);
	await chmod(folder.path, 0o755);
	expect(Bun.spawnSync(["mkfifo", join(folder.path, "fifo.yaml")]).exitCode).toBe(0);
	const nobody = ["setpriv", "--reuid", "4243", "--regid", "4243", "--clear-groups"];
	const check = async (file: string, named: boolean, before: readonly string[] = []) =>
		await new Run(
			["config", "check", ...(named ? ["-c", file] : [])],
			{ PATH: process.env.PATH ?? "", ...(named ? {} : { TANGLES_CONFIG: file }) },
			folder.path,
			before,
		).ended();
	for (const named of [true, false]) {
		const place = named ? "" : "environment TANGLES_CONFIG: ";
		for (const [file, says, before] of [
			["none.yaml", "does not exist"],
			["none/x.yaml", "does not exist"],
			["folder.yaml", "is a folder\n      expected a file"],
			["fifo.yaml", "is a device or a pipe\n      expected a regular file"],
			["/dev/null", "is not known by its ending\n      expected .yaml (or .yml) or .properties"],
			["closed.yaml", "may not be read by this user", nobody],
		] as const) {
			const { code, out, err } = await check(file, named, before);
			const text = `fault ${place}${file}: ${says}\nthe file cannot be used: 1 fault, 0 warnings\n`;
			expect({ file, named, code, out, err }).toEqual({ file, named, code: 78, out: text, err: "" });
		}
		for (const file of ["empty.yaml", "blank.yaml"]) {
			expect(await check(file, named)).toEqual({
				code: 0,
				out: `warn  ${file}: is empty\n${file}: 0 faults, 1 warning\n`,
				err: "",
			});
		}
	}
});

test("config check: the faulty files as they stand, one of each kind", async () => {
	await using folder = await ConfigFolder.create();
	const kinds = Map.groupBy(FAULTY_CONFIGS, ({ ending, env }) => `${ending} ${Object.keys(env ?? {})}`);
	expect(kinds.size).toBeGreaterThan(5);
	for (const [faulty] of kinds.values()) {
		if (faulty === undefined) continue;
		const file = `tangles${faulty.ending}`;
		await folder.write(file, faulty.content);
		const { code, out, err } = await new Run(["config", "check", "-c", file], faulty.env ?? {}, folder.path).ended();
		expect({ name: faulty.name, code, err }).toEqual({ name: faulty.name, code: 78, err: "" });
		expect(out).not.toContain(NEVER_SHOWN);
	}
});

test("config show: values, where they come from, and no secret; config example can be checked as it stands", async () => {
	await using folder = await ConfigFolder.create({ "tangles.yaml": "producer:\n  poll: 2s\n" });
	const shown = await new Run(["config", "show"], UNREACHABLE, folder.path).ended();
	expect(shown).toMatchObject({ code: 0, err: "" });
	const lines = shown.out.split("\n").map((line) => line.replaceAll(/ +/g, " "));
	expect(lines[0]).toBe(`file ${join(folder.path, "tangles.yaml")}`);
	expect(lines).toContain("producer.poll 2s tangles.yaml:2");
	expect(lines).toContain("producer.chunk 1000 default");
	expect(lines).toContain("db-connection-info.uri mongodb://u:***@127.0.0.1:1/db environment TANGLES_MONGO_URI");
	expect(shown.out).not.toContain("hunter2");
	const example = await new Run(["config", "example"], {}, folder.path).ended();
	await folder.write("example.yaml", example.out);
	const checked = await new Run(["config", "check", "-c", "example.yaml"], {}, folder.path).ended();
	expect(checked).toEqual({ code: 0, out: "example.yaml: 0 faults, 0 warnings\n", err: "" });
});
