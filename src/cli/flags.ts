import { Fault } from "../base/fault.ts";
import { readDuration } from "../config/values/duration.ts";

/** What every flag's declaration may say beside its kind. `default` is written as a user would write it. */
interface Told {
	readonly description: string;
	readonly default?: string;
	readonly required?: true;
	readonly alias?: string;
}

/** What completions offer for a value, where its declaration knows that. */
export interface Offers {
	readonly choices?: readonly string[];
	/** Files whose name ends in `ending`; empty for any. */
	readonly file?: { readonly ending: string };
}

/** How a text becomes a value; throws a usage fault that names `flag`, such as `--wait`. */
export type Parse<V> = (flag: string, text: string) => V;

/** A flag whose text is read by a parser of its own; the command is given what `parse` gives. */
export function parsedFlag<V, const T extends Told>(valueHint: string, parse: Parse<V>, told: T) {
	return { type: "string", valueHint, parse, ...told } as const;
}

/** A time such as `30s`; the command is given milliseconds. `0` and `0s` are 0. */
export function durationFlag<const T extends Told>(told: T) {
	return parsedFlag("DUR", (flag, text) => parseDuration(flag, text), told);
}

/** No timer waits for an age: it may be longer than one could. */
const LONGEST_AGE_MS = 36_500 * 86_400_000;

/** An age such as `20d`; the command is given milliseconds. */
export function ageFlag<const T extends Told>(told: T) {
	return parsedFlag("DUR", (flag, text) => parseDuration(flag, text, LONGEST_AGE_MS), told);
}

function parseDuration(flag: string, text: string, most?: number): number {
	if (/^0(?:ms|s)?$/.test(text)) return 0;
	const length = readDuration(text, most);
	if (typeof length === "number") return length;
	throw new Fault("usage", `${flag} is "${text}", which ${length.text}`, {
		hint: "write for example 500ms, 30s or 5m",
	});
}

/** A whole number from `least` to `most`. */
export function countFlag<const T extends Told & { readonly least: number; readonly most?: number }>(told: T) {
	const { least, most = 999_999_999 } = told;
	return parsedFlag("N", (flag, text) => parseCount(flag, text, least, most), told);
}

function parseCount(flag: string, text: string, least: number, most: number): number {
	const value = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
	if (value >= least && value <= most) return value;
	throw new Fault("usage", `${flag} is "${text}"`, { hint: `give a whole number from ${least} to ${most}` });
}

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;
const SIZE = /^(\d{1,12}(?:\.\d{1,6})?) ?(B|KB|MB|GB)$/;

/** A size such as `100MB` (units B, KB, MB, GB: powers of 1000) from `least` to `most`; the command is given bytes. */
export function sizeFlag<const T extends Told & { readonly least: number; readonly most?: number }>(told: T) {
	const { least, most = Number.MAX_SAFE_INTEGER } = told;
	return parsedFlag("SIZE", (flag, text) => parseSize(flag, text, least, most), told);
}

function parseSize(flag: string, text: string, least: number, most: number): number {
	const [, number, unit] = SIZE.exec(text) ?? [];
	const bytes = unit === undefined ? Number.NaN : Math.round(Number(number) * UNITS[unit as keyof typeof UNITS]);
	if (bytes >= least && bytes <= most) return bytes;
	const tooMuch = bytes > most && most < Number.MAX_SAFE_INTEGER;
	throw new Fault("usage", `${flag} is "${text}"`, {
		hint: tooMuch
			? `give up to ${most / 1e6}MB`
			: `give a size of ${least} bytes or more, with a unit: for example 500KB, 100MB or 1GB`,
	});
}

/** One of `choices`, which help and completions list. */
export function choiceFlag<const C extends string, const T extends Told>(choices: readonly C[], told: T) {
	return { ...parsedFlag(choices.join("|"), (flag, text) => parseChoice(flag, text, choices), told), choices };
}

/** A comma list of some of `choices`; the command is given them in the order of `choices`. */
export function choicesFlag<const C extends string, const T extends Told>(choices: readonly C[], told: T) {
	const parse = (flag: string, text: string): readonly C[] => {
		const asked = text.split(",").map((each) => parseChoice(flag, each.trim(), choices));
		return choices.filter((each) => asked.includes(each));
	};
	return parsedFlag(`${choices[0]},..`, parse, told);
}

function parseChoice<C extends string>(flag: string, text: string, choices: readonly C[]): C {
	const found = choices.find((each) => each === text);
	if (found !== undefined) return found;
	throw new Fault("usage", `${flag} is "${text}"`, {
		hint: `expected ${choices.join(choices.length === 2 ? " or " : ", ")}`,
	});
}

/** A file's path, relative to the working directory; completions offer files that end in `ending`, such as `.ts`. */
export function fileFlag<const T extends Told & { readonly ending?: string }>(told: T) {
	return {
		type: "string",
		valueHint: `FILE${told.ending ?? ""}`,
		file: { ending: told.ending ?? "" },
		...told,
	} as const;
}
