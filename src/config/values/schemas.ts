import { isIPv6 } from "node:net";
import * as v from "valibot";
import { readDuration } from "./duration.ts";
import { Wrong } from "./wrong.ts";

/** What `Section` reads in a schema's metadata. */
export interface Marks {
	/** The value is never shown in a message. */
	readonly secret?: boolean;
	/** A number or truth value in YAML is taken as the text that stands in the file. */
	readonly asWritten?: boolean;
}

const NOT_TEXT = "is not text; expected text (quote it if it looks like a number or a boolean)";
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/;

export const text = v.string(NOT_TEXT);

/** Text by way of a reader that gives what the text stands for, or what is wrong with it. */
export function readBy<T>(read: (text: string) => T | Wrong) {
	return v.pipe(
		text,
		v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
			const value = read(dataset.value);
			if (!(value instanceof Wrong)) return value;
			addIssue({ message: value.text });
			return NEVER;
		}),
	);
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER) {
	const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
	const message = `is not in range; expected a whole number, ${range}`;
	return v.pipe(
		v.number(`is not a number; expected a whole number, ${range}`),
		v.integer(`is not a whole number; expected a whole number, ${range}`),
		v.minValue(least, message),
		v.maxValue(most, message),
	);
}

/** The largest count that fits the 32 bits it has on other programs' side. */
export const MOST_32_BITS = 2 ** 31 - 1;

export const port = wholeNumber(1, 65535);

export const truth = v.boolean("is not a truth value; expected true or false");

/** A name: not empty, no blank at either end, no control character. */
export const name = v.pipe(
	text,
	v.check((value) => value.trim() !== "", "is empty; expected a name"),
	v.check((value) => value === value.trim(), "begins or ends with a blank; expected the name alone"),
	v.check((value) => !CONTROL.test(value), "holds a control character; expected printable text"),
);

export const names = v.array(name, "is not a list; expected a list of names, such as [first, second]");

/** Text as written, never shown. */
export const secretText = v.pipe(
	text,
	v.minLength(1, "is empty; expected a password, or no such key"),
	v.metadata({ secret: true, asWritten: true } satisfies Marks),
);

/** A time with its unit; gives milliseconds. */
export const duration = v.pipe(
	v.string((issue) =>
		Number.isSafeInteger(issue.input) && Number(issue.input) > 0
			? `has no unit; write ${issue.input}s`
			: "is not a time; expected a number with a unit, such as 500ms, 15s or 1h",
	),
	readBy(readDuration),
);

export function isHostName(host: string): boolean {
	return /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$/.test(host) || isIPv6(host);
}

/** A host name or IP address, IPv6 without brackets. */
export const host = v.pipe(
	name,
	v.check((value) => !/:\/\//.test(value), "is a URL; expected the host's name alone"),
	v.check(
		(value) => !/^[^:]*:\d+$/.test(value),
		"has a port in it; expected the host's name alone, the port has its own key",
	),
	v.check(isHostName, "is not a host; expected a host name or an IP address"),
);
