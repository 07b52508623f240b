import { parseArgs } from "node:util";
import type { ArgDef, ArgsDef } from "citty";
import { Fault } from "../base/fault.ts";
import { nearest } from "./nearest.ts";

/** The words before the first `--`, and those after it, which belong to a child. */
export function splitAtDashes(argv: readonly string[]): { own: string[]; rest: string[]; dashes: boolean } {
	const at = argv.indexOf("--");
	if (at < 0) return { own: [...argv], rest: [], dashes: false };
	return { own: argv.slice(0, at), rest: argv.slice(at + 1), dashes: true };
}

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

/**
 * Refuses what citty would let through: unknown flags, flags without their value, values for flags that take none,
 * and positionals too many. Throws a usage fault with the nearest known name.
 */
export function checkArguments(own: readonly string[], args: ArgsDef, usage: string): void {
	const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
	for (const [name, arg] of Object.entries(args)) {
		if (arg.type === "positional") continue;
		const short = aliasesOf(arg).find((alias) => alias.length === 1);
		options[name] = { type: arg.type === "boolean" ? "boolean" : "string", ...(short === undefined ? {} : { short }) };
	}
	const { tokens } = parseArgs({
		args: [...own],
		options,
		strict: false,
		allowPositionals: true,
		allowNegative: true,
		tokens: true,
	});
	const flags = flagsOf(args);
	const fail = (message: string, mend = usage): never => {
		throw new Fault("usage", message, { mend });
	};
	let positionals = 0;
	const places = Object.values(args).filter((arg) => arg.type === "positional").length;
	for (const token of tokens) {
		if (token.kind === "positional") {
			positionals += 1;
			if (positionals > places) fail(`unexpected argument "${token.value}"`);
		}
		if (token.kind !== "option") continue;
		const arg = args[token.name];
		// The parser takes `--no-x` for any flag; here it is known only where x is on by itself.
		const negated = token.rawName.startsWith("--no-") && args[token.rawName.slice(2)] === undefined;
		const known = !negated || (arg?.type === "boolean" && arg.default === true);
		if (arg === undefined || !known || arg.type === "positional") {
			const near = nearest(token.rawName, flags);
			fail(`unknown flag ${token.rawName}`, near === undefined ? usage : `did you mean ${near}? ${usage}`);
		} else if (arg.type === "boolean") {
			if (token.value !== undefined) fail(`${token.rawName} takes no value`);
		} else if (token.value === undefined || token.value === "") {
			fail(`${token.rawName} needs a value`);
		} else if (!token.inlineValue && token.value.startsWith("-") && token.value !== "-") {
			fail(
				`${token.rawName} needs a value, not "${token.value}"`,
				`write ${token.rawName}=${token.value} if it is meant`,
			);
		}
	}
	const missing = Object.entries(args).filter(([, arg]) => arg.type === "positional" && arg.required !== false);
	if (positionals < missing.length) fail(`missing argument ${missing[positionals]?.[0].toUpperCase()}`);
}

/** A whole number from an argument, or undefined when it was not given. Throws a usage fault naming the flag. */
export function wholeNumber(
	flag: string,
	text: string | undefined,
	least: number,
	most = 999_999_999,
): number | undefined {
	if (text === undefined) return undefined;
	const value = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
	if (value >= least && value <= most) return value;
	throw new Fault("usage", `${flag} is "${text}"`, { mend: `give a whole number from ${least} to ${most}` });
}
