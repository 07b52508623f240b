import { readFile } from "node:fs/promises";
import { cut, firstFailures } from "../first-failures.ts";
import { readWritten } from "../report.ts";
import type { ReportAnswer } from "./role.ts";

/** Reads a report file and keeps its first failures, `most` of them and as many as an event has room for. */
export async function parseReportFile(file: string, most: number): Promise<ReportAnswer> {
	// The decoder takes off a byte order mark, which `readFile` leaves; programs of some systems begin each file with it.
	const written = readWritten(new TextDecoder().decode(await readFile(file)));
	if (typeof written === "string") return { wrong: written };
	const failures = firstFailures(written.failures, most);
	const { tool, version } = written;
	const named = {
		...(tool !== undefined && { tool: cut(tool) }),
		...(version !== undefined && { version: cut(version) }),
	};
	return { written: { ...written, ...named, failures }, leftOut: written.failures.length - failures.length };
}

/** Becomes the reader of `file`: sends one ReportAnswer to the process that has started it. */
export async function becomeReportReader(file: string, most: string): Promise<void> {
	const answer = await parseReportFile(file, Number(most));
	if (process.connected) process.send?.(answer, () => process.disconnect?.());
}
