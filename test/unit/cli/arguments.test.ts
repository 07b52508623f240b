import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { isFault } from "../../../src/base/fault.ts";
import { checkArguments } from "../../../src/cli/arguments.ts";
import { COMMON_ARGS } from "../../../src/cli/common-args.ts";

const ARGS = {
	...COMMON_ARGS,
	wait: { type: "string" },
	"dry-run": { type: "boolean" },
	path: { type: "positional", required: true },
	names: { type: "string", list: true },
	lock: { type: "boolean", default: true },
} as ArgsDef;

function refusal(...words: string[]): string | undefined {
	try {
		checkArguments(words, ARGS, "usage: x");
		return undefined;
	} catch (error) {
		if (!isFault(error, "usage")) throw error;
		return `${error.message} | ${error.hint}`;
	}
}

describe("arguments", () => {
	for (const words of [
		["p"],
		["p", "--wait", "3s"],
		["--wait=-3", "p"],
		["--wait", "-", "p"],
		["-c", "f", "p", "-v"],
		["p", "--no-color"],
	]) {
		test(`taken: ${words.join(" ")}`, () => expect(refusal(...words)).toBeUndefined());
	}
	for (const [words, says] of [
		[["p", "--wiat", "3s"], "unknown flag --wiat | did you mean --wait?"],
		[["p", "--dryrun"], "did you mean --dry-run?"],
		[["p", "--wait"], "--wait needs a value"],
		[["p", "--wait="], "--wait needs a value"],
		[["p", "--wait", "--dry-run"], 'needs a value, not "--dry-run"'],
		[["p", "--dry-run=yes"], "--dry-run takes no value"],
		[["p", "q"], 'unexpected argument "q"'],
		[[], "missing argument PATH"],
		[["p", "-x"], "unknown flag -x"],
		[["p", "--no-wait"], "unknown flag --no-wait"],
		[["p", "--wait", "1s", "--wait", "2s"], "--wait is given twice"],
		[["p", "--wait=1s", "--wait=1s"], "--wait is given twice"],
		[["-c", "a", "p", "-c", "b"], "-c is given twice"],
		[["-c", "a", "p", "--config", "b"], "-c and --config are the same flag, given twice"],
		[["p", "--lock", "--no-lock"], "--lock and --no-lock exclude each other"],
		[["p", "--no-color", "--color"], "--no-color and --color exclude each other"],
		[["p", "--no-lock=1"], "--no-lock takes no value"],
		[["p", "--names", "a", "--names="], "--names needs a value"],
		[["p", "--constructor=x"], "unknown flag --constructor"],
		[["p", "--__proto__=x"], "unknown flag --__proto__"],
	] as const) {
		test(`refused: ${words.join(" ")}`, () => expect(refusal(...words)).toContain(says));
	}

	test("a list given more than once adds up; a flag without value may be said twice", () => {
		const words = ["--names", "a,b", "p", "-v", "--names=c", "-v", "--no-lock", "--no-lock"];
		expect(checkArguments(words, ARGS, "")).toEqual(["p", "-v", "-v", "--no-lock", "--no-lock", "--names=a,b,c"]);
		expect(checkArguments(["p", "--names=-x", "--names", "y"], ARGS, "")).toEqual(["p", "--names=-x,y"]);
	});

	test("a required flag that is left out", () => {
		const token: ArgsDef = { ...ARGS, token: { type: "string", required: true } };
		expect(() => checkArguments(["p"], token, "")).toThrow("missing flag --token");
		expect(() => checkArguments([], token, "")).toThrow("missing argument PATH");
		expect(checkArguments(["p", "--token", "1"], token, "")).toEqual(["p", "--token", "1"]);
	});
});
