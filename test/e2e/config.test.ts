import { expect, test } from "bun:test";
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
