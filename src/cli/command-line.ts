import { parseArgs } from "node:util";
import { optionsOf } from "./arguments.ts";
import { TOOL_ARGS } from "./common-args.ts";

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
	readonly json: boolean;
	readonly quiet: boolean;
	readonly verbose: boolean;
	readonly color: boolean;
	readonly help: boolean;
	readonly version: boolean;
}

const OPTIONS = optionsOf(TOOL_ARGS);

/**
 * Reads the common flags wherever they stand, and where the verb may be. Refuses nothing: `checkArguments` reports
 * what is wrong, once the verb's own flags are known.
 */
export function scanCommandLine(argv: readonly string[]): CommandLine {
	const at = argv.indexOf("--");
	const own = at < 0 ? [...argv] : argv.slice(0, at);
	const scan = { args: own, options: OPTIONS, strict: false, allowPositionals: true, allowNegative: true } as const;
	const { values, tokens } = parseArgs({ ...scan, tokens: true });
	const given = (name: keyof typeof TOOL_ARGS) => values[name] === true;
	return {
		own,
		rest: at < 0 ? [] : argv.slice(at + 1),
		dashes: at >= 0,
		places: tokens.flatMap((token) => (token.kind === "positional" ? [token.index] : [])),
		json: given("json"),
		quiet: given("quiet"),
		verbose: given("verbose"),
		color: values.color !== false,
		help: given("help"),
		version: given("version"),
	};
}
