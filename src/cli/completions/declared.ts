import type { ArgDef, ArgsDef } from "citty";
import { aliasesOf, longOf } from "../arguments.ts";
import type { Verb } from "../command.ts";
import { COMMON_ARGS, TOOL_ARGS } from "../common-args.ts";
import type { Offers } from "../flags.ts";

/** What may stand for a value; `anything` is for the person to know. */
export type Values =
	| { readonly of: "choices"; readonly words: readonly string[] }
	/** `ending`: only files that end so, and folders on the way to them; empty for any. */
	| { readonly of: "files"; readonly ending: string }
	| { readonly of: "anything" };

export interface DeclaredFlag {
	/** `--config`, `--no-color` */
	readonly long: string;
	/** `-c` */
	readonly short: string | undefined;
	readonly description: string;
	/** Absent where the flag takes no value. */
	readonly value: { readonly hint: string; readonly values: Values } | undefined;
}

/** A verb as a completion script needs it; the tool itself is the one with an empty path. */
export interface DeclaredVerb {
	/** `["locks", "ls"]` */
	readonly path: readonly string[];
	readonly summary: string;
	/** Its own verbs; a verb that has some takes nothing else. */
	readonly verbs: readonly DeclaredVerb[];
	readonly flags: readonly DeclaredFlag[];
	/** Its arguments, in order. */
	readonly places: readonly { readonly name: string; readonly values: Values }[];
	/** True where a command may stand behind `--`. */
	readonly rest: boolean;
}

/** What its kind of declaration (`choiceFlag`, `fileFlag`) offers. */
function valuesOf(arg: ArgDef & Offers): Values {
	if (arg.choices !== undefined) return { of: "choices", words: arg.choices };
	return arg.file === undefined ? { of: "anything" } : { of: "files", ending: arg.file.ending };
}

function flagOf(name: string, arg: ArgDef): DeclaredFlag {
	const off = arg.type === "boolean" && arg.default === true;
	const hint = arg.valueHint ?? name.toUpperCase();
	return {
		long: longOf(name, arg),
		short: aliasesOf(arg).map((alias) => `-${alias}`)[0],
		description: (off ? arg.negativeDescription : arg.description) ?? "",
		value: arg.type === "boolean" ? undefined : { hint, values: valuesOf(arg) },
	};
}

const flagsIn = (args: ArgsDef) =>
	Object.entries(args).flatMap(([name, arg]) => (arg.type === "positional" ? [] : [flagOf(name, arg)]));

async function declaredVerb(path: readonly string[], { summary, load }: Verb): Promise<DeclaredVerb> {
	const found = (await load()).default;
	if ("verbs" in found) {
		const verbs = await declaredVerbs(path, found.verbs);
		return { path, summary, verbs, flags: flagsIn(COMMON_ARGS), places: [], rest: false };
	}
	const places = Object.entries(found.args).flatMap(([name, arg]) =>
		arg.type === "positional" ? [{ name: name.toUpperCase(), values: valuesOf(arg) }] : [],
	);
	return { path, summary, verbs: [], flags: flagsIn(found.args), places, rest: found.about.rest !== undefined };
}

async function declaredVerbs(path: readonly string[], verbs: Readonly<Record<string, Verb>>): Promise<DeclaredVerb[]> {
	return await Promise.all(Object.entries(verbs).map(([name, verb]) => declaredVerb([...path, name], verb)));
}

/** The whole tool, as its commands declare themselves. Loads every one of them. */
export async function declaredTool(verbs: Readonly<Record<string, Verb>>): Promise<DeclaredVerb> {
	return {
		path: [],
		summary: "",
		verbs: await declaredVerbs([], verbs),
		flags: flagsIn(TOOL_ARGS),
		places: [],
		rest: false,
	};
}

/** A verb, and all below it. */
export function withAllBelow(verb: DeclaredVerb): DeclaredVerb[] {
	return [verb, ...verb.verbs.flatMap(withAllBelow)];
}

/**
 * Every flag of the tool that takes a value, in all its spellings. Throws where one takes a value in one command and
 * none in another: a line could not be taken apart before its command is known.
 */
export function valuedFlags(tool: DeclaredVerb): string[] {
	const flags = withAllBelow(tool).flatMap((verb) => verb.flags);
	const spellings = (some: readonly DeclaredFlag[]) =>
		new Set(some.flatMap(({ long, short }) => [long, ...(short ? [short] : [])]));
	const valued = spellings(flags.filter(({ value }) => value !== undefined));
	const bare = spellings(flags.filter(({ value }) => value === undefined));
	const both = [...valued].filter((flag) => bare.has(flag));
	if (both.length > 0) throw new Error(`flags with a value in one command, and without in another: ${both.join(", ")}`);
	return [...valued].toSorted();
}
