import { expect, test } from "bun:test";
import { isFault } from "../../../src/base/fault.ts";
import { choiceFlag, choicesFlag, countFlag, durationFlag, type Parse, sizeFlag } from "../../../src/cli/flags.ts";

const description = "";
const memory = sizeFlag({ least: 1000, description });

/** Message and hint of the usage fault that `parse` throws for `text`. */
function refusal<V>({ parse }: { readonly parse: Parse<V> }, flag: string, text: string): string {
	try {
		parse(flag, text);
	} catch (error) {
		if (!isFault(error, "usage")) throw error;
		return `${error.message} | ${error.hint}`;
	}
	throw new Error(`${text} was taken`);
}

test("a size is a number with a unit, in powers of 1000", () => {
	for (const [text, bytes] of [
		["1000B", 1000],
		["500KB", 500_000],
		["100MB", 100_000_000],
		["1.5 GB", 1_500_000_000],
	] as const) {
		expect(memory.parse("--memory", text)).toBe(bytes);
	}
});

test("any other text is refused with what may be given", () => {
	for (const text of ["100", "MB", "-1MB", "1e3MB", "100 M", "999B", "0MB", "999999999999GB", "100MB "]) {
		expect(refusal(memory, "--memory", text)).toBe(
			`--memory is "${text}" | give a size of 1000 bytes or more, with a unit: for example 500KB, 100MB or 1GB`,
		);
	}
	expect(refusal(sizeFlag({ least: 1, most: 8e6, description }), "--s", "9MB")).toBe('--s is "9MB" | give up to 8MB');
});

test("a whole number", () => {
	const count = countFlag({ least: 1, description });
	expect(count.parse("--n", "5")).toBe(5);
	for (const text of ["0", "x", "1.5", "1e3", "9999999999", ""]) {
		expect(refusal(count, "--n", text)).toBe(`--n is "${text}" | give a whole number from 1 to 999999999`);
	}
});

test("a duration has a unit, or is nothing at all", () => {
	const wait = durationFlag({ description });
	for (const [text, ms] of [
		["0", 0],
		["0s", 0],
		["500ms", 500],
		["1.5s", 1500],
		["1d", 86_400_000],
	] as const) {
		expect(wait.parse("--wait", text)).toBe(ms);
	}
	expect(refusal(wait, "--wait", "5")).toBe(
		'--wait is "5", which has no unit; write 5s | write for example 500ms, 30s or 5m',
	);
});

test("choices: help and completions list them, the parser takes them alone", () => {
	const format = choiceFlag(["text", "jsonl", "csv"], { description });
	expect([format.valueHint, format.choices]).toEqual(["text|jsonl|csv", ["text", "jsonl", "csv"]]);
	expect(format.parse("--format", "csv")).toBe("csv");
	expect(refusal(format, "--format", "xml")).toBe('--format is "xml" | expected text, jsonl, csv');
	const some = choicesFlag(["a", "b", "c"], { description });
	expect(some.parse("--of", "c, a")).toEqual(["a", "c"]);
	expect(refusal(some, "--of", "a,d")).toBe('--of is "d" | expected a, b, c');
});
