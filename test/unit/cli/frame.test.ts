import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { isFault } from "../../../src/base/fault.ts";
import { nearest } from "../../../src/base/nearest.ts";
import { checkArguments } from "../../../src/cli/arguments.ts";
import type { Command, Verb } from "../../../src/cli/command.ts";
import { scanCommandLine } from "../../../src/cli/command-line.ts";
import { COMMON_ARGS } from "../../../src/cli/common-args.ts";
import { EXIT_CODES } from "../../../src/cli/exit-codes.ts";
import { commandHelp } from "../../../src/cli/help.ts";
import { createLog } from "../../../src/cli/logger.ts";
import { table } from "../../../src/cli/table.ts";
import { VERBS } from "../../../src/commands/index.ts";

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

	test("what stands after -- is nobody's but the child's", () => {
		const parts = { own: ["a"], rest: ["-h", "--", "x"], dashes: true, help: false };
		expect(scanCommandLine(["a", "--", "-h", "--", "x"])).toMatchObject(parts);
		expect(scanCommandLine(["a"])).toMatchObject({ own: ["a"], rest: [], dashes: false });
	});

	test("the common flags are read wherever they stand, and the verb is the first word that is none of them", () => {
		const line = scanCommandLine(["-c", "file", "-qv", "locks", "--json", "ls", "--no-color"]);
		expect(line).toMatchObject({ places: [3, 5], quiet: true, verbose: true, json: true, color: false, help: false });
		expect(scanCommandLine(["--config=-h", "--quiet=yes", "ls"])).toMatchObject({
			places: [2],
			quiet: false,
			help: false,
		});
	});
});

test("the nearest name is one that may have been meant, or none", () => {
	expect(nearest("prodcue", ["produce", "init"])).toBe("produce");
	expect(nearest("zzz", ["produce", "init"])).toBeUndefined();
	expect(nearest("x", [])).toBeUndefined();
});

test("exit codes are those of the contract", () => {
	const codes = Object.fromEntries(Object.entries(EXIT_CODES).map(([ending, { code }]) => [ending, code]));
	expect(codes).toEqual({
		...{ done: 0, "broken-pipe": 0, failed: 1, bug: 2, usage: 64, data: 65, unreachable: 69 },
		...{ output: 74, locked: 75 },
		...{ refused: 77, config: 78, lost: 79, interrupt: 130, terminate: 143 },
	});
});

test("every verb's help fits 80 columns, and its examples are commands that exist, with flags that exist", async () => {
	const commands: { command: Command; summary: string }[] = [];
	const load = async ([name, verb]: [string, Verb]): Promise<void> => {
		const found = (await verb.load()).default;
		if ("verbs" in found) {
			expect(found.name).toBe(name);
			await Promise.all(Object.entries(found.verbs).map(load));
		} else commands.push({ command: found, summary: verb.summary });
	};
	await Promise.all(Object.entries(VERBS).map(load));
	expect(commands.length).toBeGreaterThan(8);
	for (const { command, summary } of commands) {
		const help = commandHelp(command, summary);
		for (const line of help.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
		for (const { run } of command.about.examples) {
			const call = `tangles ${command.about.name} `;
			expect(`${run} `).toStartWith(call);
			checkArguments(scanCommandLine(run.slice(call.length).split(" ").filter(Boolean)).own, command.args, "");
		}
	}
});

test("log lines: the time, the level, the message, fields; one line whatever they hold", () => {
	const lines: string[] = [];
	const options = { quiet: false, verbose: false, color: true, terminal: false };
	const log = createLog({ ...options, line: (text) => lines.push(text) });
	log.info("pages `found` _x_", { n: 3, text: 'a "b"\nc', none: undefined });
	log.info("pages `found` _x_", { n: 3, text: 'a "b"\nc', none: undefined });
	log.debug("hidden");
	expect(lines.length).toBe(2);
	for (const line of lines) {
		expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info pages `found` _x_ n=3 text="a \\"b\\"\\nc"$/);
	}
});

test("a table: numbers to the right, no borders, no blanks at the ends", () => {
	const rows = [
		["a", 1],
		["long", 1000],
	] as const;
	expect(table(["what", "n"], rows)).toBe(["what     n", "a        1", "long  1000"].join("\n"));
});
