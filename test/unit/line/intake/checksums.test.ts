import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { readSums } from "../../../../src/line/intake/checksums.ts";

const sumOf = (text: string) => createHash("md5").update(text).digest("hex");
const A = sumOf("a");

/** A line as md5sum writes it: names with a line end or a backslash are escaped. */
function lineFor(path: string): string {
	const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
	return `${escaped === path ? "" : "\\"}${sumOf(path)}  ${escaped}\n`;
}

test("whatever md5sum writes is read as it was meant", () => {
	const name = fc.string({ unit: fc.constantFrom(..."a b\\\n\r*ø.-\"'"), minLength: 1, maxLength: 8 });
	const part = name.filter((text) => text !== "." && text !== "..");
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"))),
			(paths) => {
				const { sums, wrong } = readSums(paths.map(lineFor).join(""), "md5");
				expect(wrong).toEqual([]);
				expect([...sums]).toEqual(paths.map((path) => [path, sumOf(path)]));
			},
		),
		{ numRuns: 1000 },
	);
});

test.each([
	["binary mode", `${A} *a.tif\n`],
	["./ in front", `${A}  ./a.tif\n`],
	["upper case, Windows line ends, blank lines", `\r\n${A.toUpperCase()}  a.tif\r\n\r\n`],
	["no line end at the end", `${A}  a.tif`],
	["the same twice", `${A}  a.tif\n${A}  ./a.tif\n`],
])("%s", (_, text) => {
	const { sums, wrong } = readSums(text, "md5");
	expect({ sums: [...sums], wrong }).toEqual({ sums: [["a.tif", A]], wrong: [] });
});

describe("what is wrong with a list", () => {
	const outside = (path: string) => `line 1 names ${JSON.stringify(path)}, which is not inside the folder`;
	test.each([
		["a path above the folder", `${A}  ../a`, outside("../a")],
		["a path that goes up and down", `${A}  x/../../a`, outside("x/../../a")],
		["a path that stays inside by a way around", `${A}  x/../a`, outside("x/../a")],
		["an absolute path", `${A}  /etc/passwd`, outside("/etc/passwd")],
		["an escaped path above", `\\${A}  ..\\\\/../a`, outside("..\\/../a")],
		["the folder itself", `${A}  ./`, outside("./")],
		["another sum for the same file", `${A}  a\n${sumOf("b")}  a`, 'line 2 has another sum for "a" than a line before'],
		["too short a sum", `${A.slice(1)}  a`, "line 1 is no sum and path"],
		["a sum of the other kind", `${A}${A}  a`, "line 1 is no sum and path"],
		["one blank between", `${A} a`, "line 1 is no sum and path"],
		["no path", `${A}  `, "line 1 is no sum and path"],
		["a page of HTML", "<html>", "line 1 is no sum and path"],
	])("%s", (_, text, says) => {
		expect(readSums(text, "md5").wrong).toEqual([says]);
	});
});
