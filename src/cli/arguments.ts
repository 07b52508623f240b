import { parseArgs } from "node:util";
import type { ArgDef, ArgsDef } from "citty";
import { Fault } from "../base/fault.ts";
import { nearest } from "../base/nearest.ts";

/** The other names of a flag, without dashes. */
export function aliasesOf(arg: ArgDef): readonly string[] {
	if (!("alias" in arg) || arg.alias === undefined) return [];
	return Array.isArray(arg.alias) ? arg.alias : [arg.alias];
}

/** A flag as people type it: `--config`, `--no-color`. */
export function longOf(name: string, arg: ArgDef): string {
	return arg.type === "boolean" && arg.default === true ? `--no-${name}` : `--${name}`;
}

/** Flags of a declaration as people type them: `--config`, `-c`, `--no-color`. */
function flagsOf(args: ArgsDef): string[] {
	return Object.entries(args).flatMap(([name, arg]) => {
		if (arg.type === "positional") return [];
		return [longOf(name, arg), ...aliasesOf(arg).map((alias) => `-${alias}`)];
	});
}

/** True for a flag whose value is a comma list: given more than once, the lists add up. Declared as `list: true`. */
export function isList(arg: ArgDef): boolean {
	return "list" in arg && arg.list === true;
}

/** True for a place that takes all words from there on; declared as `many: true`. The last place of a verb. */
export function takesMany(arg: ArgDef): boolean {
	return "many" in arg && arg.many === true;
}

/**
 * The arguments that must be given, in the order of their declaration: flags by `required: true`, places unless it is
 * false.
 */
export function requiredOf(args: ArgsDef): { readonly places: readonly string[]; readonly flags: readonly string[] } {
	const names = (wanted: (arg: ArgDef) => boolean) =>
		Object.entries(args).flatMap(([name, arg]) => (wanted(arg) ? [name] : []));
	return {
		places: names((arg) => arg.type === "positional" && arg.required !== false),
		flags: names((arg) => arg.type !== "positional" && arg.required === true),
	};
}

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], { kind: "option" }>;

/** The declaration as node's parser takes it. */
export function optionsOf(args: ArgsDef) {
	const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
	for (const [name, arg] of Object.entries(args)) {
		if (arg.type === "positional") continue;
		const short = aliasesOf(arg).find((alias) => alias.length === 1);
		options[name] = { type: arg.type === "boolean" ? "boolean" : "string", ...(short === undefined ? {} : { short }) };
	}
	return options;
}

function tokensOf(own: readonly string[], args: ArgsDef) {
	const parsing = { strict: false, allowPositionals: true, allowNegative: true, tokens: true } as const;
	return parseArgs({ args: [...own], options: optionsOf(args), ...parsing }).tokens;
}

/** Names of the flags among the words. */
export function givenFlags(own: readonly string[], args: ArgsDef): ReadonlySet<string> {
	return new Set(tokensOf(own, args).flatMap((token) => (token.kind === "option" ? [token.name] : [])));
}

function fail(message: string, hint: string): never {
	throw new Fault("usage", message, { hint });
}

/** The declaration of the flag, whose value is what it must be. Throws a usage fault. */
function checkFlag(token: OptionToken, args: ArgsDef, usage: string): ArgDef {
	// Not by `args[name]` alone: every object has a `constructor`.
	const arg = Object.hasOwn(args, token.name) ? args[token.name] : undefined;
	// The parser takes `--no-x` for any flag; here it is known only where x is on by itself.
	const negated = token.rawName.startsWith("--no-") && !Object.hasOwn(args, token.rawName.slice(2));
	const known = !negated || (arg?.type === "boolean" && arg.default === true);
	if (arg === undefined || !known || arg.type === "positional") {
		if (flagsOf(args).includes(token.rawName)) fail(`${token.rawName} takes no value`, usage);
		const near = nearest(token.rawName, flagsOf(args));
		fail(`unknown flag ${token.rawName}`, near === undefined ? usage : `did you mean ${near}? ${usage}`);
	}
	if (arg.type === "boolean") {
		if (token.value !== undefined) fail(`${token.rawName} takes no value`, usage);
		return arg;
	}
	if (token.value === undefined || token.value === "") fail(`${token.rawName} needs a value`, usage);
	// A lone "-" is stdout.
	if (!token.inlineValue && token.value.startsWith("-") && token.value !== "-") {
		const hint = `write ${token.rawName}=${token.value}if that is its value`;
		fail(`${token.rawName} needs a value, not "${token.value}"`, hint);
	}
	return arg;
}

/**
 * Refuses a second value, since one of the two would be ignored without a word, and a flag beside its own negative. A
 * flag without value may be repeated.
 */
function checkOnce(first: OptionToken | undefined, token: OptionToken, arg: ArgDef, usage: string): void {
	if (first === undefined || isList(arg)) return;
	const [a, b] = [first.rawName, token.rawName];
	if (arg.type === "boolean") {
		if (a.startsWith("--no-") !== b.startsWith("--no-")) fail(`${a} and ${b} exclude each other`, usage);
	} else fail(a === b ? `${a} is given twice` : `${a} and ${b} are the same flag, given twice`, usage);
}

/** The words with each list flag once, its values joined. */
function joinLists(own: readonly string[], lists: readonly OptionToken[]): string[] {
	if (lists.length === 0) return [...own];
	const taken = new Set(
		lists.flatMap(({ index, inlineValue }) => (inlineValue === false ? [index, index + 1] : [index])),
	);
	const joined = [...Map.groupBy(lists, ({ name }) => name)].map(
		([name, tokens]) => `--${name}=${tokens.map(({ value }) => value).join(",")}`,
	);
	return [...own.filter((_, at) => !taken.has(at)), ...joined];
}

/**
 * Refuses what citty accepts or reports in its own words: unknown flags, flags without their value, values for flags
 * that take none, a value given twice, too many positionals, and a required argument that is missing. Gives the words
 * for citty, in which each flag stands once. Throws a usage fault with the nearest known name.
 */
export function checkArguments(own: readonly string[], args: ArgsDef, usage: string): string[] {
	const declared = Object.values(args).filter((arg) => arg.type === "positional");
	const places = declared.some(takesMany) ? Number.POSITIVE_INFINITY : declared.length;
	const seen = new Map<string, OptionToken>();
	const lists: OptionToken[] = [];
	let positionals = 0;
	for (const token of tokensOf(own, args)) {
		if (token.kind === "positional") {
			positionals += 1;
			if (positionals > places) fail(`unexpected argument "${token.value}"`, usage);
		}
		if (token.kind !== "option") continue;
		const arg = checkFlag(token, args, usage);
		checkOnce(seen.get(token.name), token, arg, usage);
		seen.set(token.name, token);
		if (isList(arg)) lists.push(token);
	}
	const required = requiredOf(args);
	const place = required.places[positionals];
	if (place !== undefined) fail(`missing argument ${place.toUpperCase()}`, usage);
	const flag = required.flags.find((name) => !seen.has(name));
	if (flag !== undefined) fail(`missing flag --${flag}`, usage);
	return joinLists(own, lists);
}
