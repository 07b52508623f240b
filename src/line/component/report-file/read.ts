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
		stdio: ["ignore", "pipe", "ignore"],
		argv0: "tangles",
		env: {},
		signal,
		killSignal: "SIGKILL",
	});
	const closed = once(reader, "close");
	// Awaited below; a failed start ends the stream first.
	closed.catch(() => {});
	const pieces: Buffer[] = [];
	for await (const piece of reader.stdout) pieces.push(piece);
	const [code, by] = await closed;
	if (code !== 0) return { wrong: `the report cannot be read: its reader ended with ${by ?? `exit code ${code}`}` };
	return JSON.parse(Buffer.concat(pieces).toString());
}
