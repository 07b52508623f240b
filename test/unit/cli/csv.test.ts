import { expect, test } from "bun:test";
import { csvLines } from "../../../src/cli/csv.ts";

test.each([
	["plain", "plain"],
	["a,b", '"a,b"'],
	['say "a"', '"say ""a"""'],
	["", ""],
	["=1+1", "'=1+1"],
	["+1", "'+1"],
	["-1", "'-1"],
	["@SUM(A1)", "'@SUM(A1)"],
	["\t=1", "'\\u{9}=1"],
	["a\r\nb", "a\\u{d}\\u{a}b"],
	["\u202e", "\\u{202e}"],
])("%j is the cell %s", (text, cell) => expect(csvLines([[text, "x"]])).toBe(`${cell},x\r\n`));
