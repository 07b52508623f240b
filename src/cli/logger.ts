// The core alone: the reporters that the whole brings along triple the time that a run takes to start.
import { type ConsolaInstance, createConsola, LogLevels } from "consola/core";
import type { LineLog, Log, LogFields } from "../base/log.ts";
import { type LogForm, type LogLevel, logLine } from "../base/log-line.ts";
import { printable, printableLines } from "../base/printable.ts";
import type { Dropped } from "./streams/write-queue.ts";

export interface LogOptions extends LogForm {
	readonly quiet: boolean;
	readonly verbose: boolean;
	readonly color: boolean;
	/** Writes one whole line, or several, without the last line end, to stderr. */
	readonly line: (text: string) => void;
}

const COLORS: Readonly<Record<string, string>> = { error: "\u001b[31m", warn: "\u001b[33m", debug: "\u001b[90m" };

function levelOf(options: LogOptions): number {
	if (options.verbose) return LogLevels.debug;
	return options.quiet ? LogLevels.warn : LogLevels.info;
}

/**
 * The one logger. Off a terminal a line is `2026-11-24T01:02:03.456Z info message key=value`; nothing is collapsed,
 * rewritten or coloured. On a terminal the time is left out and warnings and errors are coloured. `base/log-line.ts` has
 * the other forms.
 */
export function createLog(options: LogOptions): Log {
	let consola: ConsolaInstance | undefined;
	const at =
		(type: LogLevel) =>
		(message: string, fields: LogFields = {}) => {
			// Made by the first line: most runs that cron starts log none.
			consola ??= consolaOf(options);
			consola[type](message, fields);
		};
	return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function consolaOf(options: LogOptions): ConsolaInstance {
	return createConsola({
		level: levelOf(options),
		throttle: 0,
		reporters: [
			{
				log: ({ type, args: [message, fields], date }) => {
					const text = logLine(options, { level: type as LogLevel, date, message, fields });
					const people = options.terminal && options.format !== "json";
					const color = people && options.color ? COLORS[type] : undefined;
					options.line(color === undefined ? text : `${color}${text}\u001b[39m`);
				},
			},
		],
	});
}

/** The log, each of whose lines carries `fields` too, where the format has keys for machines. */
export function logWith(log: Log, { format = "auto" }: LogForm, more: LogFields): Log {
	if (format === "auto") return log;
	const at =
		(level: LogLevel) =>
		(message: string, fields: LogFields = {}) =>
			log[level](message, { ...fields, ...more });
	return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/**
 * Lines of others, as log lines of level info. They are stamped by the call, not by the line, and cost a fraction of
 * what the logger takes for each of its own: 100 MB of them must not take seconds.
 */
export function createLineLog(options: LogOptions, room: () => Promise<void>): LineLog {
	const forPeople = (from: string, lines: string) => {
		const front = `${logLine(options, { level: "info", date: new Date(), message: `${printable(from)}:`, fields: {} })} `;
		options.line(`${front}${lines.replaceAll("\n", `\n${front}`)}`);
	};
	const forMachines = (batch: string, lines: string) => {
		const date = new Date();
		const records = lines.split("\n").map((message) => ({ level: "info", date, message, fields: { batch } }) as const);
		options.line(records.map((record) => logLine(options, record)).join("\n"));
	};
	const write = (options.format ?? "auto") === "auto" ? forPeople : forMachines;
	return {
		shown: levelOf(options) >= LogLevels.info,
		lines: (from, text) => write(from, printableLines(text.endsWith("\n") ? text.slice(0, -1) : text)),
		room,
	};
}

/** The log line that stands in place of dropped lines; it says how many there were, and why. */
export function droppedLine(form: LogForm, { lines, why }: Dropped): string {
	const what = lines === 1 ? "1 log line was" : `${lines} log lines were`;
	const message = `${what} dropped here: ${printable(why)}`;
	return logLine(form, { level: "warn", date: new Date(), message, fields: {} });
}
