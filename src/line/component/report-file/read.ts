import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { OWN_BINARY } from "../../../base/own-binary.ts";
import { parseReportFile } from "./parse.ts";
import { REPORT_READER, type ReportAnswer } from "./role.ts";

const MOST_REPORT_BYTES = 256 * 1024 * 1024;
/**
 * A larger one is read by a process of its own: taking 200 MB of JSON apart holds the event loop for seconds, and no
 * heartbeat is sent.
 */
const MOST_BYTES_HERE = 256 * 1024;

/**
 * The report that the work has written to `file`, with at most `most` failures; why it cannot be read, as text;
 * undefined where there is none. Rejects with the signal's reason.
 */
export async function readReport(file: string, most: number, signal: AbortSignal): Promise<ReportAnswer | undefined> {
	try {
		const stats = await stat(file);
		// To open a fifo waits for its writer, and a device may have no end.
		if (!stats.isFile()) return { wrong: "the report is not a regular file" };
		const { size } = stats;
		if (size > MOST_REPORT_BYTES) {
			return { wrong: `the report has ${size} bytes, expected at most ${MOST_REPORT_BYTES}` };
		}
		return size > MOST_BYTES_HERE ? await readApart(file, most, signal) : await parseReportFile(file, most);
	} catch (error) {
		signal.throwIfAborted();
		const { code, message } = error as NodeJS.ErrnoException;
		return code === "ENOENT" ? undefined : { wrong: `the report cannot be read: ${message}` };
	}
}

async function readApart(file: string, most: number, signal: AbortSignal): Promise<ReportAnswer> {
	const reader = spawn(OWN_BINARY, [REPORT_READER, file, String(most)], {
		// Not through a pipe: the runtime's reader of one may stop for ever on a busy host, with bytes left unread.
		stdio: ["ignore", "ignore", "ignore", "ipc"],
		argv0: "tangles",
		env: {},
		signal,
		killSignal: "SIGKILL",
	});
	let answer: ReportAnswer | undefined;
	reader.once("message", (message: ReportAnswer) => {
		answer = message;
	});
	const [[code, by]] = await Promise.all([once(reader, "exit"), once(reader, "disconnect")]);
	return answer ?? { wrong: `the report cannot be read: its reader ended with ${by ?? `exit code ${code}`}` };
}
