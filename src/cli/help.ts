import type { ArgsDef } from "citty";
import { aliasesOf, longOf, requiredOf, takesMany } from "./arguments.ts";
import type { Command, Group, Verb } from "./command.ts";
import { COMMON_ARGS } from "./common-args.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { variablesOf } from "./variables.ts";
import { wrap } from "./wrap.ts";

function columns(rows: readonly (readonly [string, string])[]): string {
	const width = Math.max(...rows.map(([left]) => left.length)) + 2;
	const indent = " ".repeat(width + 2);
	return rows.map(([left, right]) => `  ${left.padEnd(width)}${wrap(right, 78 - width, indent)}`).join("\n");
}

/** A flag as helps and manuals show it. */
export interface ShownFlag {
	/** `-c` */
	readonly short: string | undefined;
	/** `--config`, `--no-color` */
	readonly long: string;
	/** What stands for its value; undefined where it takes none. */
	readonly hint: string | undefined;
	readonly says: string;
}

/** The flags of a declaration, in its order. */
export function shownFlags(args: ArgsDef): ShownFlag[] {
	return Object.entries(args).flatMap(([name, arg]): ShownFlag[] => {
		if (arg.type === "positional") return [];
		const long = longOf(name, arg);
		if (arg.type === "boolean" && arg.default === true) {
			return [{ short: undefined, long, hint: undefined, says: arg.negativeDescription ?? "" }];
		}
		const [alias] = aliasesOf(arg);
		const hint = arg.type === "boolean" ? undefined : (arg.valueHint ?? name.toUpperCase());
		const standard = arg.default === undefined || arg.type === "boolean" ? "" : ` (default ${arg.default})`;
		return [{ short: alias && `-${alias}`, long, hint, says: `${arg.description ?? ""}${standard}` }];
	});
}

function flagRows(args: ArgsDef): [string, string][] {
	return shownFlags(args).map(({ short, long, hint, says }) => {
		return [`${short === undefined ? "    " : `${short}, `}${long}${hint === undefined ? "" : ` ${hint}`}`, says];
	});
}

/** Its places, as helps and manuals show them. */
export function shownPlaces(command: Command): [string, string][] {
	return Object.entries(ownArgs(command)).flatMap(([name, arg]): [string, string][] =>
		arg.type === "positional" ? [[name.toUpperCase(), arg.description ?? ""]] : [],
	);
}

/** Its arguments without those that every command takes. */
export function ownArgs(command: Command): ArgsDef {
	return Object.fromEntries(Object.entries(command.args).filter(([name]) => !(name in COMMON_ARGS)));
}

const commonFlags = () => ["Common flags:", columns(flagRows(COMMON_ARGS))];

/** By which variables flags can be given: one of this verb as the example, where it has one. */
function variableRule(verb: string, args: ArgsDef): string {
	const [own] = variablesOf(verb, args);
	const example = own === undefined ? "" : `${own[0]} stands for ${longOf(...own[1])}, `;
	const text = `Each flag has a variable: ${example}TANGLES_QUIET for --quiet. A flag that is typed beats its variable.`;
	return wrap(text, 78, "");
}

/** One line: how the command is called. */
export function usageLine(command: Command): string {
	const own = ownArgs(command);
	const places = Object.entries(own)
		.filter(([, arg]) => arg.type === "positional")
		.map(([name, arg]) => {
			const place = `${name.toUpperCase()}${takesMany(arg) ? "..." : ""}`;
			return arg.required === false ? ` [${place}]` : ` ${place}`;
		});
	const flags = requiredOf(own).flags.map((flag) => ` --${flag} ${own[flag]?.valueHint ?? flag.toUpperCase()}`);
	const { name, rest } = command.about;
	return `usage: tangles ${name} [flags]${places.join("")}${flags.join("")}${rest === undefined ? "" : ` ${rest}`}`;
}

/** The help of one command, at most 80 columns wide; `summary` is its verb's. */
export function commandHelp(command: Command, summary: string): string {
	const { details, examples } = command.about;
	const own = ownArgs(command);
	const places = shownPlaces(command);
	const flags = flagRows(own);
	return [
		summary,
		"",
		usageLine(command),
		...(details === undefined ? [] : ["", details]),
		...(places.length === 0 ? [] : ["", "Arguments:", columns(places)]),
		...(flags.length === 0 ? [] : ["", "Flags:", columns(flags)]),
		"",
		...commonFlags(),
		"",
		variableRule(command.about.name, own),
		"",
		"Examples:",
		...examples.map(({ run, does }) => `  # ${does}\n  ${run}`),
		"",
	].join("\n");
}

const rows = (verbs: Readonly<Record<string, Verb>>) =>
	columns(Object.entries(verbs).map(([name, { summary }]) => [name, summary]));

/** The help of a verb that has verbs of its own. */
export function groupHelp({ name, verbs, standard }: Group, summary: string): string {
	return [
		summary,
		"",
		`usage: tangles ${name} ${standard === undefined ? "COMMAND" : "[COMMAND]"} [flags]`,
		"",
		`Commands (tangles ${name} COMMAND --help tells more):`,
		rows(verbs),
		"",
		...commonFlags(),
		"",
	].join("\n");
}

/** The exit codes that a user is told of. */
export const shownCodes = () => Object.values(EXIT_CODES).filter((it) => it !== EXIT_CODES["broken-pipe"]);

/** The help of the whole tool, on one screen. */
export function toolHelp(version: string, verbs: Readonly<Record<string, Verb>>): string {
	return [
		`tangles ${version}: producer and autonomous components for cron hosts`,
		"",
		"usage: tangles COMMAND [flags]",
		"",
		"Commands (tangles COMMAND --help tells more):",
		rows(verbs),
		"",
		...commonFlags(),
		"",
		"Variables: TANGLES_<COMMAND>_<FLAG>, and TANGLES_<FLAG> for the flags above.",
		"",
		"Exit codes:",
		columns(shownCodes().map(({ code, meaning }) => [String(code), meaning])),
		"",
	].join("\n");
}
