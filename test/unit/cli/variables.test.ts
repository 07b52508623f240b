import { expect, test } from "bun:test";
import { isFault } from "../../../src/base/fault.ts";
import { scanCommandLine } from "../../../src/cli/command-line.ts";
import { TOOL_ARGS } from "../../../src/cli/common-args.ts";
import { countFlag, durationFlag } from "../../../src/cli/flags.ts";
import { strayVariables, variablesOf, wordsFromVariables } from "../../../src/cli/variables.ts";
import { COMMANDS } from "../../support/commands.ts";

const ARGS = {
	path: { type: "positional" },
	wait: durationFlag({ description: "" }),
	"until-tcn": countFlag({ least: 1, description: "" }),
	once: { type: "boolean" },
	lock: { type: "boolean", default: true },
	yes: { type: "boolean" },
} as const;
const VARIABLES = variablesOf("locks exec", ARGS);
const words = (env: Record<string, string>, ...given: string[]) =>
	wordsFromVariables(VARIABLES, env, () => new Set(given));

function refusal(env: Record<string, string>): string {
	try {
		return words(env).join(" ");
	} catch (error) {
		if (!isFault(error, "config")) throw error;
		return `${error.message} | ${error.hint}`;
	}
}

test("TANGLES_<VERB>_<FLAG>, as the flag is typed; no place and no answer to a question has one", () => {
	expect([...VARIABLES.keys()]).toEqual(
		["WAIT", "UNTIL_TCN", "ONCE", "NO_LOCK"].map((flag) => `TANGLES_LOCKS_EXEC_${flag}`),
	);
});

test("a variable is a word; what is typed beats it; blank is not set", () => {
	expect(words({ TANGLES_LOCKS_EXEC_WAIT: " 3s ", TANGLES_LOCKS_EXEC_ONCE: "1" })).toEqual(["--wait=3s", "--once"]);
	expect(words({ TANGLES_LOCKS_EXEC_WAIT: "3s" }, "wait")).toEqual([]);
	expect(words({ TANGLES_LOCKS_EXEC_WAIT: " ", TANGLES_LOCKS_EXEC_ONCE: "no" })).toEqual([]);
	expect(words({ TANGLES_LOCKS_EXEC_NO_LOCK: "true" })).toEqual(["--no-lock"]);
});

test("a value that is wrong: the variable is named", () => {
	expect(refusal({ TANGLES_LOCKS_EXEC_WAIT: "soon" })).toStartWith('environment TANGLES_LOCKS_EXEC_WAIT: is "soon"');
	expect(refusal({ TANGLES_LOCKS_EXEC_ONCE: "perhaps" })).toBe(
		'environment TANGLES_LOCKS_EXEC_ONCE: is "perhaps" | expected true or false',
	);
});

test("the common flags have theirs, read in the one scan", () => {
	const env = { TANGLES_QUIET: "yes", TANGLES_LOG_FORMAT: "json" };
	expect(scanCommandLine(["status", "--log-format=text"], env)).toMatchObject({ quiet: true, logFormat: "text" });
	expect(scanCommandLine(["status"], env)).toMatchObject({ quiet: true, logFormat: "json", places: [0] });
	expect(scanCommandLine(["status"], { TANGLES_LOG_FORMAT: "xml" }).wrong?.message).toContain("TANGLES_LOG_FORMAT");
});

test("a variable that nothing reads is told where it is near a real one, or has the verb's beginning", () => {
	const env = {
		TANGLES_LOCKS_EXEC_WIAT: "1s",
		TANGLES_LOCKS_EXEC_NONSENSE_ALTOGETHER: "1",
		TANGLES_BATCH_ID: "B1",
		PATH: "",
	};
	expect(strayVariables("locks exec", VARIABLES.keys(), env)).toEqual([
		["TANGLES_LOCKS_EXEC_WIAT", "TANGLES_LOCKS_EXEC_WAIT"],
		["TANGLES_LOCKS_EXEC_NONSENSE_ALTOGETHER", undefined],
	]);
	// What children are given, and the config's own.
	const others = ["LOCK_PATH", "LOCK_TOKEN", "BATCH", "COMPONENT", "RESULT", "MONGO_URI", "ZOOKEEPER", "CONFIG"];
	for (const { about, args } of COMMANDS) {
		const known = [...variablesOf(about.name, args).keys(), ...variablesOf("", TOOL_ARGS).keys()];
		const given = Object.fromEntries(others.map((name) => [`TANGLES_${name}`, "x"]));
		expect({ verb: about.name, stray: strayVariables(about.name, known, given) }).toEqual({
			verb: about.name,
			stray: [],
		});
	}
});

test("no two flags of the tool have one variable, and none that of a child or of the config", () => {
	const own = COMMANDS.flatMap(({ about, args }) =>
		[...variablesOf(about.name, args)].filter(([, [name]]) => !(name in TOOL_ARGS)).map(([variable]) => variable),
	);
	const all = [
		...own,
		...variablesOf("", TOOL_ARGS).keys(),
		"TANGLES_CONFIG",
		"TANGLES_MONGO_URI",
		"TANGLES_ZOOKEEPER",
	];
	expect(all.length).toBeGreaterThan(80);
	expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
});
