// The core alone: the reporters that the whole brings along triple the time that a run takes to start.
import { createConsola, LogLevels } from "consola/core";
import type { LineLog, Log, LogFields } from "../base/log.ts";
import { printable, printableLines } from "../base/printable.ts";
import type { Dropped } from "./streams/write-queue.ts";

export interface LogOptions {
	readonly quiet: boolean;
	readonly verbose: boolean;
	readonly color: boolean;
	readonly terminal: boolean;
	/** Writes one whole line, or several, without the last line end, to stderr. */
	readonly line: (text: string) => void;
}

const COLORS: Readonly<Record<string, string>> = { error: "\u001b[31m", warn: "\u001b[33m", debug: "\u001b[90m" };

function levelOf(options: LogOptions): number {
	if (options.verbose) return LogLevels.debug;
	return options.quiet ? LogLevels.warn : LogLevels.info;
}

/** `key=value`, quoted as JSON where the value has blanks, quotes, `=` or control characters. */
function field([key, value]: [string, LogFields[string]]): string {
	const text = String(value);
	return `${key}=${/^[^\s"=\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text)}`;
}

/** `message key=value ...` on one line; control characters in the message are escaped. */
function render(message: string, fields: LogFields): string {
	const known = Object.entries(fields).filter(([, value]) => value !== undefined);
	return printable([message.replaceAll(/\s*\n\s*/g, " "), ...known.map(field)].join(" "));
}

/** What stands in front of a line: nothing on a terminal, where a person sees it as it comes. */
const stamp = ({ terminal }: Pick<LogOptions, "terminal">, date: Date) => (terminal ? "" : `${date.toISOString()} `);

/**
 * The one logger. Off a terminal a line is `2026-11-24T01:02:03.456Z info message key=value`; nothing is collapsed,
 * rewritten or coloured. On a terminal the time is left out and warnings and errors are coloured.
 */
export function createLog(options: LogOptions): Log {
	const consola = createConsola({
		level: levelOf(options),
		throttle: 0,
		reporters: [
			{
				log: ({ type, args, date }) => {
					const text = `${stamp(options, date)}${type} ${args.join(" ")}`;
					const color = options.terminal && options.color ? COLORS[type] : undefined;
					options.line(color === undefined ? text : `${color}${text}\u001b[39m`);
				},
			},
		],
	});
	const at =
		(type: "debug" | "info" | "warn" | "error") =>
		(message: string, fields: LogFields = {}) =>
			consola[type](render(message, fields));
	return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/**
 * Lines of others, as log lines of level info. They are stamped by the call, not by the line, and cost a fraction of
 * what the logger takes for each of its own: 100 MB of them must not take seconds.
 */
export function createLineLog(options: LogOptions, room: () => Promise<void>): LineLog {
	return {
		shown: levelOf(options) >= LogLevels.info,
		lines: (from, text) => {
			const front = `${stamp(options, new Date())}info ${printable(from)}: `;
			const lines = printableLines(text.endsWith("\n") ? text.slice(0, -1) : text);
			options.line(`${front}${lines.replaceAll("\n", `\n${front}`)}`);
		},
		room,
	};
}

/** The log line that stands in place of dropped lines; it says how many there were, and why. */
export function droppedLine(terminal: boolean, { lines, why }: Dropped): string {
	const what = lines === 1 ? "1 log line was" : `${lines} log lines were`;
	return `${stamp({ terminal }, new Date())}warn ${what} dropped here: ${printable(why)}`;
}
