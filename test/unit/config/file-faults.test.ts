import { describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ConfigFolder, faultOf, faultsIn, loadText } from "../../support/config-folder.ts";

describe("what the fault says of the file itself", () => {
	test("one that was named and is not there", async () => {
		await using folder = await ConfigFolder.create();
		expect(await faultOf(folder.load({ file: "x.yaml" }))).toBe(
			"the configuration has a fault:\nx.yaml: does not exist",
		);
		expect(await faultOf(folder.load({ file: "x.yaml/y.yaml" }))).toEndWith("x.yaml/y.yaml: does not exist");
		expect(await faultOf(folder.load({ file: "" }))).toEndWith("no file is named; expected a file's path");
		expect(await faultOf(folder.load({ env: { TANGLES_CONFIG: "x.yaml" } }))).toEndWith(
			"environment TANGLES_CONFIG: x.yaml: does not exist",
		);
		expect(await faultOf(folder.load({ file: `${"x".repeat(300)}.yaml` }))).toEndWith(".yaml: has too long a name");
		expect(await faultOf(folder.load({ file: "a\0.yaml" }))).toEndWith("has a NUL byte in its name");
	});

	test("a folder", async () => {
		await using folder = await ConfigFolder.create();
		await mkdir(join(folder.path, "x.yaml"));
		expect(await faultOf(folder.load({ file: "x.yaml" }))).toEndWith("x.yaml: is a folder; expected a file");
	});

	test("another ending", async () => {
		expect(await faultsIn("", { ending: ".json" })).toEqual([
			"tangles.json: is not known by its ending; expected .yaml (or .yml) or .properties",
		]);
	});

	test("too large, binary, or in another encoding", async () => {
		expect(await faultsIn("#".repeat(2 ** 20 + 1))).toEqual([
			"tangles.yaml: is too large; expected up to 1048576 bytes (found 1048577)",
		]);
		expect(await faultsIn("a\0")).toEqual(["tangles.yaml: is a binary file: it holds NUL bytes; expected UTF-8 text"]);
		expect(await faultsIn(Uint8Array.from([0xe9]))).toEqual([
			"tangles.yaml: is a binary file, or in another encoding: it is not UTF-8; expected UTF-8 text",
		]);
	});

	const TOO_DEEP =
		"lists or maps are nested too deeply; expected four levels at most, and no alias (*name) inside its own anchor (&name)";
	const lines = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at));
	const indented = (mark: string) => lines(1000, (at) => `${" ".repeat(at)}${mark}\n`).join("");
	const deep: readonly (readonly [shape: string, text: string, line: number])[] = [
		["lists in brackets without end", "[".repeat(100_000), 1],
		["lists in brackets, closed", `a: ${"[".repeat(100_000)}${"]".repeat(100_000)}\n`, 1],
		["maps in braces", `\na: ${"{a: ".repeat(100_000)}`, 2],
		["lists on one line", "- ".repeat(100_000), 1],
		["keys on one line", "? ".repeat(100_000), 1],
		["maps by indentation", indented("a:"), 34],
		["lists by indentation", indented("-"), 34],
		["brackets, a line each", "[\n".repeat(100_000), 34],
		["an alias of itself", "a: &a {b: *a}\n", 1],
		["33 lists, one in the other", `\na: ${"[".repeat(32)}1${"]".repeat(32)}\n`, 2],
	];
	for (const [shape, text, line] of deep) {
		test(`nested too deeply: ${shape}`, async () => {
			expect(await faultsIn(text)).toEqual([`tangles.yaml:${line}: ${TOO_DEEP}`]);
		});
	}

	test("32 levels are read, and brackets that are text are no levels", async () => {
		const marks = "[{- ? ".repeat(20_000);
		await loadText(`a: ${"[".repeat(31)}1${"]".repeat(31)}\n`);
		await loadText(`# ${marks}\na: '${marks}'\nb: "${marks}"\nc: |\n  ${marks}\nd: x${marks}\n`);
		await loadText(`a: [${"[], {}, ".repeat(5000)}]\n`);
	});

	const forms: readonly (readonly [text: string, says: string])[] = [
		["a:\n\tb: c\n", "2: a tab indents the line; YAML is indented with blanks only"],
		["a: 1\na: 2\n", "2: a: stands twice; expected once (first on line 1)"],
		["a: 1\n---\nb: 2\n", "2: a second document begins here (---); a config file is one document"],
		["- a\n", "1: is not a map of keys; expected lines such as `db-connection-info: { domain: HOST }`"],
		["a: *b\n", "1: an alias (*name) has no anchor (&name) above it; text that begins with * goes in quotes"],
		[
			`a: &a [${"1,".repeat(900)}]\nb: [*a, *a, *a]\n`,
			"2: aliases (*name) stand for more than 2000 values; write fewer",
		],
		[
			"a: &a {b: 1}\nc:\n  <<: *a\n",
			'3: c."…": is a merge key, which is not used here; expected to write the keys out',
		],
		["%YAML 1.1\n---\na: 1\n", "1: is of another version of YAML; expected 1.2, or no %YAML line"],
		["a: !b c\n", "1: a tag (!name) is not known; text that begins with ! goes in quotes"],
		["a: @b\n", "1: text begins with a character that has a meaning in YAML (@ ` %); write it in quotes"],
		['a: "\\q"\n', "1: a backslash in double quotes begins no escape; write \\\\ or use single quotes"],
		["a: b: c\n", "1: a second key stands on the line; each key has a line of its own, text with `: ` goes in quotes"],
		["? [a]\n: b\n", "1: a key is not text; expected a plain name"],
		['a: "b\n', "2: a character is missing: a closing quote, a bracket, a comma, or the colon and blank after a key"],
		["a: [b\n", "2: the indentation is wrong, or a bracket is not closed; keys of one section begin in one column"],
		['a: "b" c\n', "1: a character stands where none may; a quote, a bracket or a colon may be wrong on the line"],
		["a\nb: c\n", "1: a key runs over several lines; a colon may be missing, or a quote not closed"],
		[`${"k".repeat(1100)}: 1\n`, "1: a key is longer than 1024 characters; a quote may not be closed above"],
	];
	for (const [text, says] of forms) {
		test(`YAML: ${JSON.stringify(text.slice(0, 30))}`, async () => {
			expect(await faultsIn(text)).toContain(`tangles.yaml:${says}`);
		});
	}

	const properties: readonly (readonly [text: string, says: string])[] = [
		["autonomous.maxThreads=x", 'autonomous.maxThreads: is not a whole number; expected digits only (found "x")'],
		[
			"autonomous.maxThreads=0",
			"autonomous.maxThreads: is not in range; expected a whole number, 1 to 2147483647 (found 0)",
		],
		[
			"autonomous.maxRuntimeForWorkers=15s",
			'autonomous.maxRuntimeForWorkers: is not a time; expected a whole number of milliseconds, 1 or more (found "15s")',
		],
		[
			'autonomous.component.command="a',
			'autonomous.component.command: has a double quote that is not closed; expected prog arg "two words" (found "\\"a")',
		],
		[
			"autonomous.itemTypes=\\u12",
			'autonomous.itemTypes: has a malformed \\u escape; expected \\u and four hex digits, or \\\\ for a backslash (found "u12")',
		],
		[
			"tangles.mongo.database=x",
			"tangles.mongo.database: names no server; expected tangles.mongo.uri = mongodb://HOST, or TANGLES_MONGO_URI=mongodb://HOST",
		],
	];
	for (const [text, says] of properties) {
		test(`properties: ${text}`, async () => {
			expect(await faultsIn(`\n${text}\n`, { ending: ".properties" })).toEqual([`tangles.properties:2: ${says}`]);
		});
	}
});
