import { expect } from "bun:test";

/** A log line of `--log-format json`. */
export interface LogLine {
	readonly time: string;
	readonly level: string;
	readonly message: string;
	readonly run: string;
	readonly verb: string;
	readonly [key: string]: unknown;
}

const LEVELS = ["debug", "info", "warn", "error"];
const TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
const RUN = "[0-9a-f]{8}-[0-9a-f-]{27}";

/** The lines of stderr, each one with its end; none where it is empty. */
function cut(err: string): string[] {
	if (err === "") return [];
	expect(err).toEndWith("\n");
	return err.slice(0, -1).split("\n");
}

/** Every line of stderr, of one run. Throws where one is no JSON or lacks a key. */
export function jsonLogLines(err: string): LogLine[] {
	const lines = cut(err).map((line) => JSON.parse(line) as LogLine);
	for (const { time, level, message, run } of lines) {
		expect(time).toMatch(new RegExp(`^${TIME}$`));
		expect(LEVELS).toContain(level);
		expect(message).not.toBe("");
		expect(run).toMatch(new RegExp(`^${RUN}$`));
	}
	expect(new Set(lines.map(({ run }) => run)).size).toBeLessThanOrEqual(1);
	return lines;
}

/** The same for `--log-format text`. `verb`: what each of them names. */
export function checkTextLogLines(err: string, verb: string): void {
	const shown = verb.includes(" ") ? `"${verb}"` : verb;
	const shape = new RegExp(`^${TIME} (?:${LEVELS.join("|")}) [^ ].* run=(${RUN}) verb=${shown}(?: component=\\S+)?$`);
	const lines = cut(err);
	for (const line of lines) expect(line).toMatch(shape);
	expect(new Set(lines.map((line) => shape.exec(line)?.[1])).size).toBeLessThanOrEqual(1);
}
