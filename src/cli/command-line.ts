import { parseArgs } from "node:util";
import { type Fault, isFault } from "../base/fault.ts";
import { LOG_FORMATS } from "../base/log-line.ts";
import { givenFlags, optionsOf } from "./arguments.ts";
import { TOOL_ARGS } from "./common-args.ts";
import { type Variables, variablesOf, wordsFromVariables } from "./variables.ts";

/** What the whole tool reads of a command line, before any verb is known. */
export interface CommandLine {
	/** The words before the first `--`. */
	readonly own: readonly string[];
	/** Those after it, which belong to a child. */
	readonly rest: readonly string[];
	/** True where there is a `--`. */
	readonly dashes: boolean;
	/** Positions in `own` of the words that are neither flags nor the value of a common flag: the verb is the first. */
	readonly places: readonly number[];
	/** What is wrong with the variable of a common flag. */
	readonly wrong: Fault | undefined;
	readonly json: boolean;
	readonly quiet: boolean;
	readonly verbose: boolean;
	readonly color: boolean;
	readonly logFormat: (typeof LOG_FORMATS)[number];
	readonly help: boolean;
	readonly version: boolean;
}

const OPTIONS = optionsOf(TOOL_ARGS);
const VARIABLES = variablesOf("", TOOL_ARGS);

/** The words of the common flags that variables stand for, or what is wrong with one. */
function fromVariables(own: readonly string[], env: Variables): readonly string[] | Fault {
	try {
		return wordsFromVariables(VARIABLES, env, () => givenFlags(own, TOOL_ARGS));
	} catch (error) {
		if (isFault(error)) return error;
		throw error;
	}
}

/**
 * Reads the common flags wherever they stand, and from their variables, and where the verb may be. Refuses nothing:
 * `checkArguments` reports what is wrong, once the verb's own flags are known.
 */
export function scanCommandLine(argv: readonly string[], env: Variables = {}): CommandLine {
	const at = argv.indexOf("--");
	const typed = at < 0 ? [...argv] : argv.slice(0, at);
	const more = fromVariables(typed, env);
	const own = isFault(more) ? typed : [...typed, ...more];
	const scan = { args: own, options: OPTIONS, strict: false, allowPositionals: true, allowNegative: true } as const;
	const { values, tokens } = parseArgs({ ...scan, tokens: true });
	const given = (name: keyof typeof TOOL_ARGS) => values[name] === true;
	return {
		own,
		wrong: isFault(more) ? more : undefined,
		rest: at < 0 ? [] : argv.slice(at + 1),
		dashes: at >= 0,
		places: tokens.flatMap((token) => (token.kind === "positional" ? [token.index] : [])),
		json: given("json"),
		quiet: given("quiet"),
		verbose: given("verbose"),
		color: values.color !== false,
		logFormat: LOG_FORMATS.find((format) => format === values["log-format"]) ?? "auto",
		help: given("help"),
		version: given("version"),
	};
}
