import type { ArgDef, ArgsDef } from "citty";
import { Fault, isFault } from "../base/fault.ts";
import { nearest } from "../base/nearest.ts";
import { longOf } from "./arguments.ts";
import type { Parse } from "./flags.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Flags without a variable: what is asked for once, and what answers a question in a person's place. The config's own
 * variable is read with the file.
 */
const NO_VARIABLE = ["help", "version", "yes", "config"];

/** Variables that are read elsewhere, or that children are given. */
const OTHERS = ["CONFIG", "MONGO_URI", "ZOOKEEPER"].map((name) => `TANGLES_${name}`);

const TRUE = ["true", "1", "yes", "on"];
const FALSE = ["false", "0", "no", "off"];

/** The variable of a flag: TANGLES_PRODUCE_UNTIL_TCN; without a verb (`verb` is empty) that of a flag of all verbs. */
export function variableOf(verb: string, name: string, arg: ArgDef): string {
	const words = ["tangles", ...verb.split(" ").filter(Boolean), longOf(name, arg).slice(2)];
	return words
		.join("_")
		.toUpperCase()
		.replaceAll(/[^A-Z0-9]/g, "_");
}

/** The flags of a declaration that have a variable, by its name. */
export function variablesOf(verb: string, args: ArgsDef): ReadonlyMap<string, readonly [string, ArgDef]> {
	const flags = Object.entries(args).filter(([name, arg]) => arg.type !== "positional" && !NO_VARIABLE.includes(name));
	return new Map(flags.map(([name, arg]) => [variableOf(verb, name, arg), [name, arg]]));
}

function wordOf(variable: string, [name, arg]: readonly [string, ArgDef], text: string): string | undefined {
	const shown = `environment ${variable}:`;
	if (arg.type === "boolean") {
		if (TRUE.includes(text.toLowerCase())) return longOf(name, arg);
		if (FALSE.includes(text.toLowerCase())) return undefined;
		throw new Fault("config", `${shown} is "${text}"`, { hint: "expected true or false" });
	}
	try {
		if ("parse" in arg) (arg.parse as Parse<unknown>)(shown, text);
	} catch (error) {
		if (!isFault(error, "usage")) throw error;
		throw new Fault("config", error.message, { hint: error.hint });
	}
	return `--${name}=${text}`;
}

/**
 * The words that variables stand for, of flags that `given` does not name; it is asked where a variable is set. One that
 * is blank is not set. Throws a Fault "config" that names the variable whose value is wrong.
 */
export function wordsFromVariables(
	variables: ReadonlyMap<string, readonly [string, ArgDef]>,
	env: Variables,
	given: () => ReadonlySet<string>,
): string[] {
	const set = [...variables].flatMap(([variable, flag]) => {
		const text = env[variable]?.trim() ?? "";
		return text === "" ? [] : [{ variable, flag, text }];
	});
	if (set.length === 0) return [];
	const names = given();
	return set.flatMap(({ variable, flag, text }) => (names.has(flag[0]) ? [] : (wordOf(variable, flag, text) ?? [])));
}

/** Each variable that nothing reads and that resembles a known one, or has the verb's own beginning. */
export function strayVariables(verb: string, known: Iterable<string>, env: Variables): [string, string | undefined][] {
	const all = [...known, ...OTHERS];
	const own = `TANGLES_${verb.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_`;
	const bare = (name: string) => name.slice("TANGLES_".length);
	return Object.keys(env)
		.filter((name) => name.startsWith("TANGLES_") && !all.includes(name) && env[name]?.trim() !== "")
		.map((name): [string, string | undefined] => [name, nearest(name, all, { bare, share: 6 })])
		.filter(([name, meant]) => meant !== undefined || name.startsWith(own));
}
