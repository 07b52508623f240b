import type { LogFields, RunFields } from "./log.ts";
import { printable } from "./printable.ts";

export const LOG_FORMATS = ["auto", "text", "json"] as const;

export type LogLevel = "debug" | "info" | "warn" | "error";

/** How a log line is written. */
export interface LogForm {
	/**
	 * `json` and `text` carry the same keys: time, level, message, the line's own, and those of `about`. `auto` is for
	 * people: without those of `about`, and on a terminal without the time.
	 */
	readonly format?: (typeof LOG_FORMATS)[number];
	readonly terminal: boolean;
	/** True where the journal reads stderr: a line begins with its priority, and `auto` leaves the time out. */
	readonly journal?: boolean;
	/** What every line of the run carries, in the order in which it is shown: run, verb, component. */
	readonly about?: RunFields;
}

/** What has levels of syslog(3). sd-daemon(3) takes `<3>` off the line. */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** `key=value`, quoted as JSON where the value has blanks, quotes, `=` or control characters. */
function field([key, value]: [string, LogFields[string]]): string {
	const text = String(value);
	return `${key}=${/^[^\s"=\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text)}`;
}

/** What a line says. */
export interface LogRecord {
	readonly level: LogLevel;
	readonly date: Date;
	readonly message: string;
	readonly fields: LogFields;
}

const ACTS = /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu;

/** `\u202e`: of a character beyond 16 bits both halves. */
const asJsonEscape = (character: string) =>
	character
		.split("")
		.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
		.join("");

/** A value as JSON on one line; what JSON would leave as it is, such as marks of direction, is escaped too. */
export function jsonLine(value: unknown): string {
	return JSON.stringify(value).replaceAll(ACTS, asJsonEscape);
}

/** One line, without its end; control characters are escaped. */
export function logLine(form: LogForm, { level, date, message, fields }: LogRecord): string {
	const { format = "auto", about = {} } = form;
	const front = form.journal === true ? `<${PRIORITIES[level]}>` : "";
	const own = { ...fields, ...(format === "auto" ? {} : about) };
	const known = Object.entries(own).filter(([, value]) => value !== undefined);
	if (format === "json") {
		const { run, verb, ...rest } = Object.fromEntries(known);
		const frame = { time: date.toISOString(), level, message, run, verb };
		// The compiler takes a record with any names for fields: the frame's keys stand first, and are the frame's.
		return `${front}${jsonLine({ ...frame, ...rest, ...frame })}`;
	}
	const plain = format === "auto" && (form.terminal || form.journal === true);
	const stamp = plain ? "" : `${date.toISOString()} `;
	return `${front}${stamp}${level} ${printable([message.replaceAll(/\s*\n\s*/g, " "), ...known.map(field)].join(" "))}`;
}
