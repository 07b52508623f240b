import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isFault } from "../../../src/base/fault.ts";
import type { Config } from "../../../src/config/config.ts";
import { anyText } from "../../support/any-text.ts";
import { ConfigFolder, type LoadInFolder } from "../../support/config-folder.ts";

// One folder for the thousands of files, each written over the one before.
const folder = await ConfigFolder.create({});
afterAll(async () => await folder[Symbol.asyncDispose]());

async function load(content: string | Uint8Array, ending = ".yaml", options: LoadInFolder = {}): Promise<Config> {
	await folder.write(`tangles${ending}`, content);
	return await folder.load({ file: `tangles${ending}`, ...options });
}

/** Resolves where loading works or gives a fault of kind "config"; rejects with anything else. */
async function loadsOrFaults(
	content: string | Uint8Array,
	ending: string,
	env: Record<string, string> = {},
): Promise<void> {
	try {
		const config = await load(content, ending, { env, needs: ["mongo"] });
		expect(config.mongo).toBeDefined();
	} catch (error) {
		if (!isFault(error, "config")) throw error;
		expect(error.message).toMatch(/^the configuration has /);
	}
}

const endings = fc.constantFrom(".yaml", ".properties");
const keys = fc.constantFrom(
	...[
		"db-connection-info",
		"components",
		"producer",
		"uri",
		"user",
		"password",
		"port",
		"past",
		"poll",
		"<<",
		"__proto__",
	],
	...["autonomous.maxThreads", "tangles.mongo.uri", "autonomous.lockserver.url", "connect", "command", "constructor"],
);
const marks = fc.constantFrom(
	...[
		": ",
		":",
		"\n",
		"\n  ",
		"\n    ",
		"\t",
		"- ",
		"[",
		"]",
		"{",
		"}",
		", ",
		'"',
		"'",
		"#",
		"&a ",
		"*a",
		"!t ",
		"|\n",
		">\n",
	],
	...[
		"? ",
		"---\n",
		"%",
		"@",
		"`",
		"~",
		"=",
		"\\",
		"\\u",
		"\\u00e9",
		"\r",
		"\r\n",
		"\u2028",
		"\ufeff",
		"0x1F",
		".inf",
		".nan",
		"1e99",
	],
);
const yamlish = fc
	.array(fc.oneof(keys, marks, fc.string({ maxLength: 6 })), { maxLength: 40 })
	.map((parts) => parts.join(""));
const anything = fc.anything({ withNullPrototype: false, withObjectString: true, maxDepth: 4 });

describe("whatever is in it, a file loads or gives a config fault", () => {
	test("random bytes", async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), endings, (bytes, end) => loadsOrFaults(bytes, end)),
			{
				numRuns: 500,
			},
		);
	});

	test("random text", async () => {
		const text = anyText(200);
		await fc.assert(
			fc.asyncProperty(text, endings, (content, end) => loadsOrFaults(content, end)),
			{ numRuns: 500 },
		);
	});

	test("text that looks like YAML or properties", async () => {
		await fc.assert(
			fc.asyncProperty(yamlish, endings, (content, end) => loadsOrFaults(content, end)),
			{ numRuns: 2000 },
		);
	});

	test("any value in any section", async () => {
		const section = fc.constantFrom(
			"db-connection-info",
			"components",
			"producer",
			"faktory-connection-info",
			"batches",
		);
		await fc.assert(
			fc.asyncProperty(section, keys, anything, (name, key, value) =>
				loadsOrFaults(JSON.stringify({ [name]: { [key]: value } }), ".yaml"),
			),
			{ numRuns: 1000 },
		);
	});

	test("any value of a variable", async () => {
		const name = fc.constantFrom("TANGLES_MONGO_URI", "FAKTORY_URL", "FAKTORY_PROVIDER", "TANGLES_ZOOKEEPER");
		const scheme = fc.constantFrom("", "mongodb://", "mongodb+srv://", "tcp://", "tcp+tls://", "mongodb://u:p@");
		await fc.assert(
			fc.asyncProperty(name, scheme, fc.string(), (variable, start, rest) =>
				loadsOrFaults("", ".yaml", { [variable]: start + rest }),
			),
			{ numRuns: 1000 },
		);
	});
});

test("a password is in no message, wherever it stands", async () => {
	const key = fc.constantFrom("password", "uri");
	const before = fc.constantFrom(
		"",
		"[",
		"{a: ",
		"!",
		"*",
		"&",
		"@",
		"%",
		'"',
		"'",
		"- ",
		"\t",
		"? ",
		"mongodb://",
		"mongodb://u:",
		"u:",
	);
	const after = fc.constantFrom(
		"",
		"]",
		"}",
		"@",
		"@h",
		'"',
		"'",
		": x",
		" #",
		"@h:0",
		"%@h",
		"\n  port: 0",
		"\n\tport: 0",
		"\0",
	);
	await fc.assert(
		fc.asyncProperty(key, before, after, fc.boolean(), async (name, start, end, flow) => {
			const value = `${start}hunter2${end}`;
			const content = flow
				? `db-connection-info: { ${name}: ${value} }\n`
				: `db-connection-info:\n  ${name}: ${value}\n  x: [\n`;
			const thrown: unknown = await load(content).then(
				() => undefined,
				(error: unknown) => error,
			);
			expect(String(thrown)).not.toContain("hunter2");
		}),
		{ numRuns: 1000 },
	);
});
