import { describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Server } from "../../src/config/config.ts";
import { ConfigFolder, faultOf, type LoadInFolder, loadText } from "../support/config-folder.ts";

/** The faults of one file, a line each, without the headline. */
async function faultsIn(
	text: string | Uint8Array,
	options: LoadInFolder & { ending?: string } = {},
): Promise<string[]> {
	const [, ...lines] = (await faultOf(loadText(text, options))).split("\n");
	return lines;
}

/** `section`, `key: value`, and what the fault says of it. */
type Row = readonly [section: string, line: string, says: string];

const FAKTORY = "faktory-connection-info";
const MONGO = "db-connection-info";
const ZOOKEEPER = "zookeeper-connection-info";

const ROWS: readonly Row[] = [
	[FAKTORY, 'domain: ""', 'is empty; legal is a name (found "")'],
	[FAKTORY, "domain: tcp://f", 'is a URL; legal is the host\'s name alone (found "tcp://f")'],
	[FAKTORY, "domain: f:1", 'has a port in it; legal is the host\'s name alone, the port has its own key (found "f:1")'],
	[FAKTORY, "domain: a b", 'is not a host; legal is a host name or an IP address (found "a b")'],
	[FAKTORY, "domain: 5", "is not text; legal is text, in quotes where it looks like something else (found 5)"],
	[FAKTORY, "domain:", "is not text; legal is text, in quotes where it looks like something else (found nothing)"],
	[FAKTORY, "domain: [f]", "is not text; legal is text, in quotes where it looks like something else (found a list)"],
	[FAKTORY, "domain: {a: b}", "is not text; legal is text, in quotes where it looks like something else (found a map)"],
	[FAKTORY, "port: 0", "is not in range; legal is a whole number, 1 to 65535 (found 0)"],
	[FAKTORY, "port: 65536", "is not in range; legal is a whole number, 1 to 65535 (found 65536)"],
	[FAKTORY, "port: 1.5", "is not a whole number; legal is a whole number, 1 to 65535 (found 1.5)"],
	[FAKTORY, 'port: "1"', 'is not a number; legal is a whole number, 1 to 65535 (found "1")'],
	[FAKTORY, "port: true", "is not a number; legal is a whole number, 1 to 65535 (found true)"],
	[FAKTORY, "tls: yes", 'is not a truth value; legal is true or false (found "yes")'],
	[FAKTORY, 'queue: " q"', 'begins or ends with a blank; legal is the name alone (found " q")'],
	[FAKTORY, 'queue: "a\\tb"', 'holds a control character; legal is printable text (found "a\\tb")'],
	[FAKTORY, "queue: a/b", 'is not a queue name; legal are letters, digits, dot, underscore and dash (found "a/b")'],
	[FAKTORY, 'password: ""', "is empty; legal is a password, or no such key (found blank text)"],
	[FAKTORY, "password: [x]", "is not text; legal is text, in quotes where it looks like something else (found a list)"],
	[FAKTORY, "password-file: ./none", 'the file does not exist (found "./none")'],
	[FAKTORY, "password-file: none", "the file does not exist (found a path not shown)"],
	[FAKTORY, 'password-file: " "', 'is empty; legal is a file\'s path (found " ")'],
	[FAKTORY, 'password-file: "a\\0b"', 'holds a NUL byte; legal is a file\'s path (found "a\\u0000b")'],
	[FAKTORY, "password-file: /", 'the file is a folder; legal is a file (found "/")'],
	[FAKTORY, "password-file: /dev/null", 'the file is a device or a pipe; legal is a regular file (found "/dev/null")'],
	[
		FAKTORY,
		"password-file: ./tangles.yaml",
		'the file holds more than a line; legal is the secret alone (found "./tangles.yaml")',
	],
	[MONGO, "database: a.b", 'holds one of / \\ . " $ * < > : | ? or a blank; legal is a database name (found "a.b")'],
	[MONGO, `database: ${"x".repeat(64)}`, `is too long; legal are up to 63 bytes (found "${"x".repeat(40)}…")`],
	[MONGO, "user: root", "has no password beside it; legal is both or neither"],
	[MONGO, "password: x", "has no user beside it; legal is both or neither"],
	[
		MONGO,
		"uri: http://h",
		"is not a MongoDB address; legal is mongodb://HOST or mongodb+srv://HOST (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h/a/b",
		"is not well formed; legal is mongodb://USER:PASSWORD@HOST:PORT/DATABASE, the login percent-encoded (found text not shown)",
	],
	[MONGO, "uri: mongodb://:p@h", "has a login without a user; legal is USER:PASSWORD@HOST (found text not shown)"],
	[
		MONGO,
		"uri: mongodb://u:p@p@h",
		"has a login that is not percent-encoded; legal is %40 for @, %3A for :, %2F for /, %25 for % (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h,",
		"names no host, or one that is not well formed; legal is mongodb://HOST:PORT[,HOST:PORT] (found text not shown)",
	],
	[MONGO, "uri: mongodb://h:0", "has a port that is none; legal is 1 to 65535 (found text not shown)"],
	[
		MONGO,
		"uri: mongodb+srv://h:1",
		"has several hosts or a port; legal with mongodb+srv:// is one name alone (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h/%",
		"has a database that is not percent-encoded; legal is a database name (found text not shown)",
	],
	[
		MONGO,
		"uri: mongodb://h/a.b",
		'has a database in its path that holds one of / \\ . " $ * < > : | ? or a blank; legal is a database name (found text not shown)',
	],
	[
		MONGO,
		"uri: mongodb://h/?tls",
		"has an option without a value; legal is ?name=value&name=value (found text not shown)",
	],
	[MONGO, "uri: 5", "is not text; legal is text, in quotes where it looks like something else (found a number)"],
	["tangle-collections", "col_name: a$b", 'holds a $; legal is a collection name without it (found "a$b")'],
	[
		"tangle-collections",
		"col_name: system.x",
		'begins with system., which MongoDB keeps for itself; legal is another name (found "system.x")',
	],
	[
		"tangle-collections",
		"col_name: a..b",
		'has a dot at an end or two in a row; legal are single dots between parts (found "a..b")',
	],
	[
		"tangle-collections",
		`col_name: ${"y".repeat(191)}`,
		`is too long; legal are up to 190 bytes (found "${"y".repeat(40)}…")`,
	],
	[
		"tangle-collections",
		"col_name: arborescent_stencils",
		"is the same collection as stencil_col_name; legal are different ones",
	],
	[
		"tangle-collections",
		"stencil_col_name: arborescent_tangles",
		"is the same collection as col_name; legal are different ones",
	],
	["tangle-collections", "page_size: 0", "is not in range; legal is a whole number, 1 to 2147483647 (found 0)"],
	[
		"batches",
		"col_name: arborescent_tangles",
		"is the same collection as one of tangle-collections; legal are different ones",
	],
	[
		ZOOKEEPER,
		"connect: a,,b",
		'names no host, or one that is not well formed; legal is HOST:PORT[,HOST:PORT][/CHROOT] (found "a,,b")',
	],
	[ZOOKEEPER, 'connect: "a:0"', 'has a port that is none; legal is 1 to 65535 (found "a:0")'],
	[
		ZOOKEEPER,
		"connect: a/b/",
		'has a chroot that is none; legal is /PART[/PART] without . or .. or a slash at the end (found "a/b/")',
	],
	[ZOOKEEPER, "session-timeout: 15", "has no unit; write 15s (found 15)"],
	[ZOOKEEPER, 'session-timeout: "20"', 'has no unit; write 20s (found "20")'],
	[ZOOKEEPER, "session-timeout: 0s", 'is no time at all; legal is 1ms or more (found "0s")'],
	[
		ZOOKEEPER,
		"session-timeout: -3s",
		'is not a time; legal is a number with a unit, such as 500ms, 15s or 1h (found "-3s")',
	],
	[
		ZOOKEEPER,
		"session-timeout: -3",
		"is not a time; legal is a number with a unit, such as 500ms, 15s or 1h (found -3)",
	],
	[ZOOKEEPER, "session-timeout: 25d", 'is too long; legal is up to 24d (found "25d")'],
	[ZOOKEEPER, "lock-layout: v3", 'is not a lock layout; legal is both, flat or v2 (found "v3")'],
	[ZOOKEEPER, "auth-file: ./none", 'the file does not exist (found "./none")'],
	["producer", "headroom: 0", "is not in range; legal is a whole number, 1 or more (found 0)"],
	["producer", "window: 65", "is not in range; legal is a whole number, 1 to 64 (found 65)"],
	["producer", "chunk: 5001", "is not in range; legal is a whole number, 1 to 5000 (found 5001)"],
	["components", "c: 5", "is not a map; legal are keys with values (found 5)"],
];

const COMPONENT_ROWS: readonly (readonly [line: string, key: string, says: string])[] = [
	["past: a", "past", 'is not a list; legal is a list of names, such as [first, second] (found "a")'],
	["past: [5]", "past.0", "is not text; legal is text, in quotes where it looks like something else (found 5)"],
	['past: [a, ""]', "past.1", 'is empty; legal is a name (found "")'],
	["max-results: -1", "max-results", "is not in range; legal is a whole number, 0 to 2147483647 (found -1)"],
	["command: a", "command", 'is not a list; legal is a program and its arguments, such as [prog, arg] (found "a")'],
	["command: []", "command", "names no program; legal is a program and its arguments (found a list)"],
	['command: ["a\\0"]', "command.0", 'holds a NUL byte; legal is text (found "a\\u0000")'],
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
			`tangles.yaml:4: ${FAKTORY}.password-file: stands beside password; legal is one of the two`,
		]);
	});

	test("password-file without a user", async () => {
		await using folder = await ConfigFolder.create({
			pw: "x",
			"tangles.yaml": `${MONGO}: { domain: h, password-file: pw }\n`,
		});
		expect(await faultOf(folder.load())).toEndWith(
			`tangles.yaml:1: ${MONGO}.password-file: has no user beside it; legal is both or neither`,
		);
	});

	test("a section without a server", async () => {
		const text = `${FAKTORY}: { port: 1 }\n${MONGO}: { port: 1 }\n${ZOOKEEPER}: { lock-layout: v2 }\n`;
		expect(await faultsIn(text)).toEqual([
			`tangles.yaml:1: ${FAKTORY}: names no server; legal is ${FAKTORY}: { domain: HOST }, or FAKTORY_URL=tcp://HOST:7419`,
			`tangles.yaml:2: ${MONGO}: names no server; legal is ${MONGO}: { domain: HOST }, or TANGLES_MONGO_URI=mongodb://HOST`,
			`tangles.yaml:3: ${ZOOKEEPER}: names no server; legal is ${ZOOKEEPER}: { connect: "HOST:2181" }, or TANGLES_ZOOKEEPER=HOST:2181`,
		]);
	});

	test("a component's name", async () => {
		expect(await faultsIn("components: { a/b: {} }\n")).toEqual([
			'tangles.yaml:1: components."a…": is not a component\'s name; legal is text without / and blanks at its ends (found "a…")',
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
	const needs: readonly Server[] = ["mongo", "faktory", "zookeeper"];

	test("in YAML", async () => {
		expect(await faultsIn("producer: {}\n", { needs })).toEqual([
			`tangles.yaml: mongo: no server is named; legal is ${MONGO}: { domain: HOST } in the file, or TANGLES_MONGO_URI=mongodb://HOST in the environment`,
			`tangles.yaml: faktory: no server is named; legal is ${FAKTORY}: { domain: HOST } in the file, or FAKTORY_URL=tcp://HOST:7419 in the environment`,
			`tangles.yaml: zookeeper: no server is named; legal is ${ZOOKEEPER}: { connect: "HOST:2181" } in the file, or TANGLES_ZOOKEEPER=HOST:2181 in the environment`,
		]);
	});

	test("in properties, which cannot name Faktory", async () => {
		expect(await faultsIn("", { needs, ending: ".properties" })).toEqual([
			"tangles.properties: mongo: no server is named; legal is tangles.mongo.uri = mongodb://HOST in the file, or TANGLES_MONGO_URI=mongodb://HOST in the environment",
			"tangles.properties: faktory: no server is named; legal is FAKTORY_URL=tcp://HOST:7419 in the environment",
			"tangles.properties: zookeeper: no server is named; legal is autonomous.lockserver.url = HOST:2181 in the file, or TANGLES_ZOOKEEPER=HOST:2181 in the environment",
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
	const FAKTORY_LEGAL = "legal is tcp://[:PASSWORD@]HOST[:PORT] or tcp+tls://, the password percent-encoded";
	const rows: readonly (readonly [name: string, value: string, says: string])[] = [
		["FAKTORY_URL", "http://f", `is not a Faktory address; ${FAKTORY_LEGAL} (found text not shown)`],
		["FAKTORY_URL", "tcp://f/x", `is not well formed; ${FAKTORY_LEGAL} (found text not shown)`],
		["FAKTORY_URL", "tcp://secret@f", `has a user and no password; ${FAKTORY_LEGAL} (found text not shown)`],
		[
			"FAKTORY_URL",
			"tcp://:%@f",
			`has a password that is not percent-encoded; ${FAKTORY_LEGAL} (found text not shown)`,
		],
		["FAKTORY_URL", "tcp://f:0", "has a port that is none; legal is 1 to 65535 (found text not shown)"],
		["FAKTORY_PROVIDER", "tcp://f", "is not a variable's name; legal is the name of the one that holds the URL"],
		["FAKTORY_PROVIDER", "NONE", "names a variable that is not set; legal is one that is (found NONE)"],
		["TANGLES_ZOOKEEPER", "a:0", 'has a port that is none; legal is 1 to 65535 (found "a:0")'],
		[
			"TANGLES_MONGO_URI",
			"mongo",
			"is not a MongoDB address; legal is mongodb://HOST or mongodb+srv://HOST (found text not shown)",
		],
	];
	for (const [name, value, says] of rows) {
		test(`${name}=${value}`, async () => {
			expect(await faultsIn("", { env: { [name]: value } })).toEqual([`environment ${name}: ${says}`]);
		});
	}
});

describe("what the fault says of the file itself", () => {
	test("one that was named and is not there", async () => {
		await using folder = await ConfigFolder.create();
		expect(await faultOf(folder.load({ file: "x.yaml" }))).toBe(
			"the configuration has a fault:\nx.yaml: does not exist",
		);
		expect(await faultOf(folder.load({ file: "x.yaml/y.yaml" }))).toEndWith("x.yaml/y.yaml: does not exist");
		expect(await faultOf(folder.load({ file: "" }))).toEndWith("no file is named; legal is a file's path");
		expect(await faultOf(folder.load({ env: { TANGLES_CONFIG: "x.yaml" } }))).toEndWith(
			"environment TANGLES_CONFIG: x.yaml: does not exist",
		);
		expect(await faultOf(folder.load({ file: `${"x".repeat(300)}.yaml` }))).toEndWith(".yaml: has too long a name");
		expect(await faultOf(folder.load({ file: "a\0.yaml" }))).toEndWith("has a NUL byte in its name");
	});

	test("a folder", async () => {
		await using folder = await ConfigFolder.create();
		await mkdir(join(folder.path, "x.yaml"));
		expect(await faultOf(folder.load({ file: "x.yaml" }))).toEndWith("x.yaml: is a folder; legal is a file");
	});

	test("another ending", async () => {
		expect(await faultsIn("", { ending: ".json" })).toEqual([
			"tangles.json: is not known by its ending; legal is .yaml (or .yml) or .properties",
		]);
	});

	test("too large, binary, or in another encoding", async () => {
		expect(await faultsIn("#".repeat(2 ** 20 + 1))).toEqual([
			"tangles.yaml: is too large; legal are up to 1048576 bytes (found 1048577)",
		]);
		expect(await faultsIn("a\0")).toEqual(["tangles.yaml: is a binary file: it holds NUL bytes; legal is UTF-8 text"]);
		expect(await faultsIn(Uint8Array.from([0xe9]))).toEqual([
			"tangles.yaml: is a binary file, or in another encoding: it is not UTF-8; legal is UTF-8 text",
		]);
	});

	const forms: readonly (readonly [text: string, says: string])[] = [
		["a:\n\tb: c\n", "2: a tab indents the line; YAML is indented with blanks only"],
		["a: 1\na: 2\n", "2: a: stands twice; legal is once (first on line 1)"],
		["a: 1\n---\nb: 2\n", "2: a second document begins here (---); a config file is one document"],
		["- a\n", "1: is not a map of keys; legal are lines such as `db-connection-info: { domain: HOST }`"],
		["a: *b\n", "1: an alias (*name) has no anchor (&name) above it; text that begins with * goes in quotes"],
		["a: &a {b: *a}\n", "1: lists or maps are nested too deeply"],
		[
			`a: &a [${"1,".repeat(900)}]\nb: [*a, *a, *a]\n`,
			"2: aliases (*name) stand for more than 2000 values; write fewer",
		],
		[
			"a: &a {b: 1}\nc:\n  <<: *a\n",
			'3: c."…": is a merge key, which is not used here; legal is to write the keys out',
		],
		["%YAML 1.1\n---\na: 1\n", "1: is of another version of YAML; legal is 1.2, or no %YAML line"],
		["a: !b c\n", "1: a tag (!name) is not known; text that begins with ! goes in quotes"],
		["a: @b\n", "1: text begins with a character that has a meaning in YAML (@ ` %); write it in quotes"],
		['a: "\\q"\n', "1: a backslash in double quotes begins no escape; write \\\\ or use single quotes"],
		["a: b: c\n", "1: a second key stands on the line; each key has a line of its own, text with `: ` goes in quotes"],
		["? [a]\n: b\n", "1: a key is not text; legal is a plain name"],
		['a: "b\n', "2: a character is missing: a closing quote, a bracket, a comma, or the colon and blank after a key"],
		["a: [b\n", "2: the indentation is wrong, or a bracket is not closed; keys of one section begin in one column"],
		['a: "b" c\n', "1: something stands where nothing can; a quote, a bracket or a colon may be wrong on the line"],
		["a\nb: c\n", "1: a key runs over several lines; a colon may be missing, or a quote not closed"],
		[`${"k".repeat(1100)}: 1\n`, "1: a key is longer than 1024 characters; a quote may not be closed above"],
	];
	for (const [text, says] of forms) {
		test(`YAML: ${JSON.stringify(text.slice(0, 30))}`, async () => {
			expect(await faultsIn(text)).toContain(`tangles.yaml:${says}`);
		});
	}

	const properties: readonly (readonly [text: string, says: string])[] = [
		["autonomous.maxThreads=x", 'autonomous.maxThreads: is not a whole number; legal is digits only (found "x")'],
		[
			"autonomous.maxThreads=0",
			"autonomous.maxThreads: is not in range; legal is a whole number, 1 to 2147483647 (found 0)",
		],
		[
			"autonomous.maxRuntimeForWorkers=15s",
			'autonomous.maxRuntimeForWorkers: is not a time; legal is a whole number of milliseconds, 1 or more (found "15s")',
		],
		[
			'autonomous.component.command="a',
			'autonomous.component.command: has a double quote that is not closed; legal is prog arg "two words" (found "\\"a")',
		],
		[
			"autonomous.itemTypes=\\u12",
			'autonomous.itemTypes: has a malformed \\u escape; legal is \\u and four hex digits, or \\\\ for a backslash (found "u12")',
		],
		[
			"tangles.mongo.database=x",
			"tangles.mongo.database: names no server; legal is tangles.mongo.uri = mongodb://HOST, or TANGLES_MONGO_URI=mongodb://HOST",
		],
	];
	for (const [text, says] of properties) {
		test(`properties: ${text}`, async () => {
			expect(await faultsIn(`\n${text}\n`, { ending: ".properties" })).toEqual([`tangles.properties:2: ${says}`]);
		});
	}
});
