import { expect, test } from "bun:test";
import { exampleFile } from "../../../src/config/example-file.ts";
import { KEY_DOCS } from "../../../src/config/key-docs.ts";
import { SECTION_KEYS } from "../../../src/config/keys.ts";
import { inspectConfig } from "../../../src/config/load.ts";
import { faultsOf } from "../../../src/config/sections/section.ts";
import { maskedAddress } from "../../../src/config/values/shown-value.ts";
import { ConfigFolder, keptLog, loadText } from "../../support/config-folder.ts";

test("a fault taken apart: file, line, key, what is wrong, and what is expected", async () => {
	await using folder = await ConfigFolder.create({
		"tangles.yaml": "producer:\n  window: 0\n  pol: 3s\nbatches: 5\n",
	});
	const log = keptLog();
	const env = { FAKTORY_URL: "x" };
	const { file, faults } = await inspectConfig({ file: "tangles.yaml", env, cwd: folder.path, log });
	expect(file).toBe("tangles.yaml");
	expect(faults).toMatchObject([
		{
			...{ file: "tangles.yaml", line: 2, variable: null, key: "producer.window" },
			message: "is not in range (found 0)",
			hint: "expected a whole number, 1 to 64",
		},
		{ file: "tangles.yaml", line: 4, key: "batches", hint: "expected keys with values" },
		{ file: null, line: null, variable: "FAKTORY_URL", key: null },
	]);
	expect(log.lines.map(({ fields }) => fields)).toEqual([{ key: "producer.pol", at: "tangles.yaml:3", meant: "poll" }]);
});

test("every warning is told, however many there are", async () => {
	const keys = Array.from({ length: 120 }, (_, at) => `  other${at}: 1\n`).join("");
	await using folder = await ConfigFolder.create({ "tangles.yaml": `producer:\n${keys}` });
	const log = keptLog();
	await inspectConfig({ file: "tangles.yaml", env: {}, cwd: folder.path, log });
	expect(log.lines.length).toBe(120);
	const bounded = keptLog();
	await folder.load({ file: "tangles.yaml", log: bounded });
	expect(bounded.lines.length).toBe(51);
});

test("values in force: as a file would write them, secrets as ***, in addresses too", async () => {
	const text = `db-connection-info: { domain: m, user: u, password: hunter2 }
zookeeper-connection-info: { connect: z }
producer: { window: 4 }
components: { c: { past: [A, B], max-run: 2h } }
`;
	const env = { FAKTORY_URL: "tcp://:hunter2@f:7419" };
	const { values, origins } = await loadText(text, { env });
	expect([...values.values()].join("\n")).not.toContain("hunter2");
	expect(Object.fromEntries(values)).toMatchObject({
		"db-connection-info.password": "***",
		"faktory-connection-info.domain": "tcp://:***@f:7419",
		"zookeeper-connection-info.session-timeout": "15s",
		"producer.window": "4",
		"producer.patience": "1m",
		"components.c.past": '["A","B"]',
		"components.c.max-runtime": "2h",
	});
	expect(origins.get("producer.window")).toBe("tangles.yaml:3");
	expect([...values.keys()].filter((key) => !origins.has(key))).toEqual([]);
});

test.each([
	["mongodb://u:p%40q@h:1,i/db?w=majority", "mongodb://u:***@h:1,i/db?w=majority"],
	["mongodb://h", "mongodb://h"],
	["mongodb://h/?authMechanismProperties=TOKEN:p&tls=true", "mongodb://h/?authMechanismProperties=***&tls=true"],
	["tcp+tls://:p@h:7419", "tcp+tls://:***@h:7419"],
	["p", "***"],
])("%s is shown as %s", (text, shown) => expect(maskedAddress(text)).toBe(shown));

test("the example: valid as it stands, has every key, and each value in it is one that the key takes", async () => {
	const text = exampleFile();
	const log = keptLog();
	await loadText(text, { log });
	expect(log.lines).toEqual([]);
	// A key without a value is one that is not set.
	const keys = text.replaceAll(/^#(?! )/gm, "").replaceAll(/^#( {2,})/gm, "$1");
	await loadText(keys, { log });
	expect(log.lines.filter(({ message }) => message === "unknown key")).toEqual([]);
	for (const [section, docs] of Object.entries(KEY_DOCS)) {
		const schemas: Readonly<Record<string, Parameters<typeof faultsOf>[0]>> =
			SECTION_KEYS[section as keyof typeof SECTION_KEYS];
		for (const key of Object.keys(docs.keys)) expect(text).toMatch(new RegExp(`^# +${key}:`, "m"));
		const read = Bun.YAML.parse(keys) as Record<string, Record<string, unknown>>;
		const values = section === "components" ? (read[section]?.Sample as Record<string, unknown>) : read[section];
		for (const [key, value] of Object.entries(values ?? {})) {
			const schema = schemas[key];
			if (value === null || schema === undefined) continue;
			expect({ key, wrong: faultsOf(schema, key === "version" ? String(value) : value) }).toEqual({ key, wrong: [] });
		}
	}
});
