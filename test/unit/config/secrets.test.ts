import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { Secret } from "../../../src/base/secret.ts";
import { ConfigFolder, faultOf, keptLog, loadText } from "../../support/config-folder.ts";

const PASSWORD = "hunter2";

/** Every way that turns a value into text without meaning to. */
const SHOWN: Readonly<Record<string, (value: object) => string>> = {
	String: (value) => String(value),
	"a template": (value) => `${value}`,
	"JSON.stringify": (value) => JSON.stringify(value),
	"util.inspect": (value) => inspect(value, { depth: 20, showHidden: true }),
	"Bun.inspect": (value) => Bun.inspect(value, { depth: 20 }),
	"an error's message": (value) => new Error(`bad ${value}`).message,
	"its keys and values": (value) => JSON.stringify(Object.entries(value)),
};

describe("a secret shows itself to nobody but reveal()", () => {
	const secret = new Secret(PASSWORD);
	for (const [name, show] of Object.entries(SHOWN)) {
		test(name, () => expect(show(secret)).not.toContain(PASSWORD));
	}

	test("it shows as *** and reveals its value", () => {
		expect(String(secret)).toBe("***");
		expect(JSON.stringify({ secret })).toBe('{"secret":"***"}');
		expect(inspect({ secret })).toBe("{ secret: *** }");
		expect(secret.reveal()).toBe(PASSWORD);
	});
});

describe("a whole Config shows no password", () => {
	const text = `db-connection-info: { domain: m, user: u, password: ${PASSWORD} }
faktory-connection-info: { domain: f, password: ${PASSWORD} }
zookeeper-connection-info: { connect: z, auth-file: auth }
`;
	const env = { FAKTORY_URL: `tcp://:${PASSWORD}@f`, TANGLES_MONGO_URI: `mongodb://u:${PASSWORD}@m/d` };
	for (const [name, show] of Object.entries(SHOWN)) {
		test(`${name}, from the file and from the environment`, async () => {
			const log = keptLog();
			const files = { auth: `me:${PASSWORD}` };
			const fromFile = await loadText(text, { files, log });
			expect(fromFile.mongo?.uri.reveal()).toContain(PASSWORD);
			const fromEnvironment = await loadText(text, { env, files, log });
			for (const config of [fromFile, fromEnvironment]) {
				expect(show(config)).not.toContain(PASSWORD);
				expect([...config.origins].join()).not.toContain(PASSWORD);
				expect(config.mongo?.address).toBe("m:27017");
			}
			expect(JSON.stringify(log.lines)).not.toContain(PASSWORD);
		});
	}
});

describe("no message or warning shows a password", () => {
	test("a key and its value without the blank between", async () => {
		const log = keptLog();
		const text = `db-connection-info: { domain: m, user:u, password:${PASSWORD} }\n`;
		const message = await faultOf(loadText(text, { log }));
		expect(message).toContain('db-connection-info."password…": is unknown, and a key about safety');
		expect(message).not.toContain(PASSWORD);
		expect(log.lines.map(({ fields }) => fields.key)).toEqual(['db-connection-info."user…"']);
	});

	test("a password in place of its file's path", async () => {
		const message = await faultOf(loadText(`faktory-connection-info: { domain: f, password-file: ${PASSWORD} }\n`));
		expect(message).toContain("password-file: the file does not exist (found a path not shown)");
		expect(message).not.toContain(PASSWORD);
	});

	test("a login in a key that is none", async () => {
		const message = await faultOf(loadText(`db-connection-info: { domain: "mongodb://root:${PASSWORD}@m" }\n`));
		expect(message).toContain('is a URL; expected the host\'s name alone (found "***@m")');
	});

	test("a secret's file with too much in it", async () => {
		await using folder = await ConfigFolder.create({ pw: `${PASSWORD}\nmore\n`, auth: PASSWORD });
		await folder.write(
			"tangles.yaml",
			"faktory-connection-info: { domain: f, password-file: ./pw }\nzookeeper-connection-info: { connect: z, auth-file: ./auth }\n",
		);
		const message = await faultOf(folder.load());
		expect(message).toContain('the file holds more than a line; expected the secret alone (found "./pw")');
		expect(message).toContain('the file holds no login; expected user:password (found "./auth")');
		expect(message).not.toContain(PASSWORD);
	});
});
