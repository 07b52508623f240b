import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { ServerName } from "../../../src/config/config.ts";
import { ConfigFolder, faultOf, faultsIn, loadText } from "../../support/config-folder.ts";

/** `section`, `key: value`, and what the fault says of it. */
type Row = readonly [section: string, line: string, says: string];

const FAKTORY = "faktory-connection-info";
const MONGO = "db-connection-info";
const ZOOKEEPER = "zookeeper-connection-info";

const ROWS: readonly Row[] = [
	[FAKTORY, "domain: tcp://f", 'is a URL; expected the host\'s name alone (found "tcp://f")'],
	[FAKTORY, "domain: f:1", 'has a port in it; expected the host\'s name alone, the port has its own key (found "f:1")'],
	[FAKTORY, "domain: a b", 'is not a host; expected a host name or an IP address (found "a b")'],
	[FAKTORY, "domain: 5", "is not text; expected text (quote it if it looks like a number or a boolean) (found 5)"],
	[
		FAKTORY,
		"domain: [f]",
		"is not text; expected text (quote it if it looks like a number or a boolean) (found a list)",
	],
	[
		FAKTORY,
		"domain: {a: b}",
		"is not text; expected text (quote it if it looks like a number or a boolean) (found a map)",
	],
	[FAKTORY, "port: 0", "is not in range; expected a whole number, 1 to 65535 (found 0)"],
	[FAKTORY, "port: 65536", "is not in range; expected a whole number, 1 to 65535 (found 65536)"],
	[FAKTORY, "port: 1.5", "is not a whole number; expected a whole number, 1 to 65535 (found 1.5)"],
	[FAKTORY, 'port: "1"', 'is not a number; expected a whole number, 1 to 65535 (found "1")'],
	[FAKTORY, "port: true", "is not a number; expected a whole number, 1 to 65535 (found true)"],
	[FAKTORY, "tls: yes", 'is not a truth value; expected true or false (found "yes")'],
	[FAKTORY, 'queue: " q"', 'begins or ends with a blank; expected the name alone (found " q")'],
	[FAKTORY, 'queue: "a\\tb"', 'holds a control character; expected printable text (found "a\\tb")'],
	[FAKTORY, "queue: a/b", 'is not a queue name; expected letters, digits, dot, underscore and dash (found "a/b")'],
	[
		FAKTORY,
		"password: [x]",
		"is not text; expected text (quote it if it looks like a number or a boolean) (found a list)",
	],
	[FAKTORY, "password-file: ./none", 'the file does not exist (found "./none")'],
	[FAKTORY, "password-file: none", "the file does not exist (found a path not shown)"],
	[FAKTORY, 'password-file: "a\\0b"', 'holds a NUL byte; expected a file\'s path (found "a\\u0000b")'],
	[FAKTORY, "password-file: /", 'the file is a folder; expected a file (found "/")'],
	[FAKTORY, "password-file: /dev/null", 'the file is a device or a pipe; expected a regular file (found "/dev/null")'],
	[
		FAKTORY,
		"password-file: ./tangles.yaml",
		'the file holds more than a line; expected the secret alone (found "./tangles.yaml")',
	],
	[MONGO, "database: a.b", 'holds one of / \\ . " $ * < > : | ? or a blank; expected a database name (found "a.b")'],
	[MONGO, `database: ${"x".repeat(64)}`, `is too long; expected up to 63 bytes (found "${"x".repeat(40)}…")`],
	[MONGO, "user: root", "has no password beside it; expected both or neither"],
	[MONGO, "password: x", "has no user beside it; expected both or neither"],
	[
		MONGO,
		"uri: http://h",
		"is not a MongoDB address; expected mongodb://HOST or mongodb+srv://HOST (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h/a/b",
		'has a database in its path that holds one of / \\ . " $ * < > : | ? or a blank; expected a database name (found text not shown)',
	],
	[MONGO, "uri: mongodb://:p@h", "has a login without a user; expected USER:PASSWORD@HOST (found text not shown)"],
	[
		MONGO,
		"uri: mongodb://u:p@p@h",
		"has a login that is not percent-encoded; expected %40 for @, %3A for :, %2F for /, %25 for % (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h,",
		"names no host, or one that is not well formed; expected mongodb://HOST:PORT[,HOST:PORT] (found text not shown)",
	],
	[MONGO, "uri: mongodb://h:0", "has a port out of range; expected 1 to 65535 (found text not shown)"],
	[
		MONGO,
		"uri: mongodb+srv://h:1",
		"has several hosts or a port; expected one name alone with mongodb+srv:// (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h/%",
		"has a database that is not percent-encoded; expected a database name (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h/a.b",
		'has a database in its path that holds one of / \\ . " $ * < > : | ? or a blank; expected a database name (found text not shown)',
	],
	[MONGO, "uri: mongodb://h/?tls", "option tls has no value; expected ?name=value&name=value (found text not shown)"],
	[MONGO, "uri: 5", "is not text; expected text (quote it if it looks like a number or a boolean) (found a number)"],
	["tangle-collections", "col_name: a$b", 'holds a $; expected a collection name without it (found "a$b")'],
	[
		"tangle-collections",
		"col_name: system.x",
		'begins with system., which MongoDB keeps for itself; expected another name (found "system.x")',
	],
	[
		"tangle-collections",
		"col_name: a..b",
		'has a dot at an end or two in a row; expected single dots between parts (found "a..b")',
	],
	[
		"tangle-collections",
		`col_name: ${"y".repeat(191)}`,
		`is too long; expected up to 190 bytes (found "${"y".repeat(40)}…")`,
	],
	[
		"tangle-collections",
		"col_name: arborescent_stencils",
		"is the same collection as stencil_col_name; expected different ones",
	],
	[
		"tangle-collections",
		"stencil_col_name: arborescent_tangles",
		"is the same collection as col_name; expected different ones",
	],
	["tangle-collections", "page_size: 0", "is not in range; expected a whole number, 1 to 2147483647 (found 0)"],
	[
		"batches",
		"col_name: arborescent_tangles",
		"is the same collection as one of tangle-collections; expected different ones",
	],
	[
		ZOOKEEPER,
		'connect: ","',
		'names no host, or one that is not well formed; expected HOST:PORT[,HOST:PORT][/CHROOT] (found ",")',
	],
	[ZOOKEEPER, 'connect: "a:0"', 'has a port out of range; expected 1 to 65535 (found "a:0")'],
	[
		ZOOKEEPER,
		"connect: a/b/",
		'has a chroot that is not well formed; expected /PART[/PART] without . or .. or a slash at the end (found "a/b/")',
	],
	[ZOOKEEPER, "session-timeout: 15", "has no unit; write 15s (found 15)"],
	[ZOOKEEPER, 'session-timeout: "20"', 'has no unit; write 20s (found "20")'],
	[ZOOKEEPER, "session-timeout: 0s", 'is shorter than 1 ms; expected 1ms or more (found "0s")'],
	[
		ZOOKEEPER,
		"session-timeout: -3s",
		'is not a time; expected a number with a unit, such as 500ms, 15s or 1h (found "-3s")',
	],
	[
		ZOOKEEPER,
		"session-timeout: -3",
		"is not a time; expected a number with a unit, such as 500ms, 15s or 1h (found -3)",
	],
	[ZOOKEEPER, "session-timeout: 25d", 'is too long; expected up to 24d (found "25d")'],
	[ZOOKEEPER, "lock-layout: v3", 'is not a lock layout; expected both, flat or v2 (found "v3")'],
	[ZOOKEEPER, "auth-file: ./none", 'the file does not exist (found "./none")'],
	["producer", "headroom: 0", "is not in range; expected a whole number, 1 or more (found 0)"],
	["producer", "window: 65", "is not in range; expected a whole number, 1 to 64 (found 65)"],
	["producer", "chunk: 5001", "is not in range; expected a whole number, 1 to 5000 (found 5001)"],
	["components", "c: 5", "is not a map; expected keys with values (found 5)"],
];

const COMPONENT_ROWS: readonly (readonly [line: string, key: string, says: string])[] = [
	["past: a", "past", 'is not a list; expected a list of names, such as [first, second] (found "a")'],
	["past: [5]", "past.0", "is not text; expected text (quote it if it looks like a number or a boolean) (found 5)"],
	['past: [a, ""]', "past.1", 'is empty; expected a name (found "")'],
	["max-results: -1", "max-results", "is not in range; expected a whole number, 0 to 2147483647 (found -1)"],
	["command: a", "command", 'is not a list; expected a program and its arguments, such as [prog, arg] (found "a")'],
	["command: []", "command", "names no program; expected a program and its arguments (found a list)"],
	['command: ["a\\0"]', "command.0", 'holds a NUL byte; expected text (found "a\\u0000")'],
];

describe("what the fault says of one key", () => {
	const domain: Readonly<Record<string, string>> = {
		[FAKTORY]: "domain: h",
		[MONGO]: "domain: h",
		[ZOOKEEPER]: "connect: h",
	};
	for (const [section, line, says] of ROWS) {
		test(`${section}.${line.slice(0, 60)}`, async () => {
			const key = line.slice(0, line.indexOf(":"));
			const server = domain[section] ?? "";
			const own = server.startsWith(`${key}:`) || key === "uri" ? "" : server;
			const text = `# one\n${section}:\n  ${line}\n${own === "" ? "" : `  ${own}\n`}`;
			expect(await faultsIn(text)).toEqual([`tangles.yaml:3: ${section}.${key}: ${says}`]);
		});
	}
	for (const [line, key, says] of COMPONENT_ROWS) {
		test(`components.c.${line}`, async () => {
			expect(await faultsIn(`components:\n  c:\n    ${line}\n`)).toEqual([
				`tangles.yaml:3: components.c.${key}: ${says}`,
			]);
		});
	}
});

describe("what the fault says of several keys", () => {
	test("password and password-file", async () => {
		expect(await faultsIn(`${FAKTORY}:\n  domain: h\n  password: x\n  password-file: y\n`)).toEqual([
			`tangles.yaml:4: ${FAKTORY}.password-file: stands beside password; expected one of the two`,
		]);
	});

	test("password-file without a user", async () => {
		await using folder = await ConfigFolder.create({
			pw: "x",
			"tangles.yaml": `${MONGO}: { domain: h, password-file: pw }\n`,
		});
		expect(await faultOf(folder.load())).toEndWith(
			`tangles.yaml:1: ${MONGO}.password-file: has no user beside it; expected both or neither`,
		);
	});

	test("a section without a server", async () => {
		const text = `${FAKTORY}: { port: 1 }\n${MONGO}: { port: 1 }\n${ZOOKEEPER}: { lock-layout: v2 }\n`;
		expect(await faultsIn(text)).toEqual([
			`tangles.yaml:1: ${FAKTORY}: names no server; expected ${FAKTORY}: { domain: HOST }, or FAKTORY_URL=tcp://HOST:7419`,
			`tangles.yaml:2: ${MONGO}: names no server; expected ${MONGO}: { domain: HOST }, or TANGLES_MONGO_URI=mongodb://HOST`,
			`tangles.yaml:3: ${ZOOKEEPER}: names no server; expected ${ZOOKEEPER}: { connect: "HOST:2181" }, or TANGLES_ZOOKEEPER=HOST:2181`,
		]);
	});

	test("a component's name", async () => {
		expect(await faultsIn("components: { a/b: {} }\n")).toEqual([
			'tangles.yaml:1: components."a…": is not a component\'s name; expected text without / and blanks at its ends that ZooKeeper can hold in a path (found "a…")',
		]);
	});

	test("all at once, in the file's order, the environment after it", async () => {
		const text = "producer:\n  window: 0\nbatches:\n  col_name: 5\n";
		const message = await faultOf(loadText(text, { env: { FAKTORY_URL: "x" }, needs: ["mongo"] }));
		expect(message.split("\n").map((line) => line.split("; ")[0])).toEqual([
			"the configuration has 4 faults:",
			"tangles.yaml:2: producer.window: is not in range",
			"tangles.yaml:4: batches.col_name: is not text",
			expect.stringContaining("environment FAKTORY_URL: is not a Faktory address"),
			expect.stringContaining("tangles.yaml: mongo: no server is named"),
		] as string[]);
	});

	test("more than a hundred are counted", async () => {
		const lines = await faultsIn(`components:\n  c:\n    past: [${"5,".repeat(130)}]\n`);
		expect(lines.length).toBe(101);
		expect(lines.at(-1)).toBe("and 30 more");
	});
});

describe("what the fault says of a needed server that nothing names", () => {
	const needs: readonly ServerName[] = ["mongo", "faktory", "zookeeper"];

	test("in YAML", async () => {
		expect(await faultsIn("producer: {}\n", { needs })).toEqual([
			`tangles.yaml: mongo: no server is named; expected ${MONGO}: { domain: HOST } in the file, or TANGLES_MONGO_URI=mongodb://HOST in the environment`,
			`tangles.yaml: faktory: no server is named; expected ${FAKTORY}: { domain: HOST } in the file, or FAKTORY_URL=tcp://HOST:7419 in the environment`,
			`tangles.yaml: zookeeper: no server is named; expected ${ZOOKEEPER}: { connect: "HOST:2181" } in the file, or TANGLES_ZOOKEEPER=HOST:2181 in the environment`,
		]);
	});

	test("in properties, which cannot name Faktory", async () => {
		expect(await faultsIn("", { needs, ending: ".properties" })).toEqual([
			"tangles.properties: mongo: no server is named; expected tangles.mongo.uri = mongodb://HOST in the file, or TANGLES_MONGO_URI=mongodb://HOST in the environment",
			"tangles.properties: faktory: no server is named; expected FAKTORY_URL=tcp://HOST:7419 in the environment",
			"tangles.properties: zookeeper: no server is named; expected autonomous.lockserver.url = HOST:2181 in the file, or TANGLES_ZOOKEEPER=HOST:2181 in the environment",
		]);
	});

	test("without a file", async () => {
		await using folder = await ConfigFolder.create();
		const message = await faultOf(folder.load({ needs: ["faktory"] }));
		expect(message).toContain(
			`no config file (tangles.yaml, ${join(folder.path, "etc.yaml")}): faktory: no server is named`,
		);
	});

	test("is not told of a server that is named badly, nor where the file could not be taken apart", async () => {
		expect((await faultsIn(`${MONGO}: 5\n`, { needs: ["mongo"] })).length).toBe(1);
		expect((await faultsIn("", { needs: ["faktory"], env: { FAKTORY_PROVIDER: "NONE" } })).length).toBe(1);
		expect((await faultsIn("a: [\n", { needs })).length).toBe(1);
	});
});

describe("what the fault says of the environment", () => {
	const FAKTORY_LEGAL = "expected tcp://[:PASSWORD@]HOST[:PORT] or tcp+tls://, the password percent-encoded";
	const rows: readonly (readonly [name: string, value: string, says: string])[] = [
		["FAKTORY_URL", "http://f", `is not a Faktory address; ${FAKTORY_LEGAL} (found text not shown)`],
		["FAKTORY_URL", "tcp://f/x", `is not well formed; ${FAKTORY_LEGAL} (found text not shown)`],
		["FAKTORY_URL", "tcp://secret@f", `has a user and no password; ${FAKTORY_LEGAL} (found text not shown)`],
		[
			"FAKTORY_URL",
			"tcp://:%@f",
			`has a password that is not percent-encoded; ${FAKTORY_LEGAL} (found text not shown)`,
		],
		["FAKTORY_URL", "tcp://f:0", "has a port out of range; expected 1 to 65535 (found text not shown)"],
		["FAKTORY_PROVIDER", "tcp://f", "is not a variable's name; expected the name of the one that holds the URL"],
		["FAKTORY_PROVIDER", "NONE", "names a variable that is not set; expected one that is (found NONE)"],
		["FAKTORY_PROVIDER", "valueOf", "names a variable that is not set; expected one that is (found valueOf)"],
		["TANGLES_ZOOKEEPER", "a:0", 'has a port out of range; expected 1 to 65535 (found "a:0")'],
		[
			"TANGLES_MONGO_URI",
			"mongo",
			"is not a MongoDB address; expected mongodb://HOST or mongodb+srv://HOST (found text not shown)",
		],
	];
	for (const [name, value, says] of rows) {
		test(`${name}=${value}`, async () => {
			expect(await faultsIn("", { env: { [name]: value } })).toEqual([`environment ${name}: ${says}`]);
		});
	}
});
