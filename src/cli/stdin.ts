import { readFileSync } from "node:fs";
import { Fault } from "../base/fault.ts";

const WORDS: Readonly<Record<string, string>> = {
	EISDIR: "it is a directory",
	EBADF: "it is open for writing only",
};

/**
 * open(2): a descriptor with this flag is not handed on to another program, so one that has it was opened by this
 * process.
 */
const O_CLOEXEC = 0o2000000;

/**
 * True where this process was started with its stdin closed: the runtime then opens /dev/null in its place. proc(5),
 * fdinfo.
 */
function wasClosed(): boolean {
	try {
		const [, flags = "0"] = /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/0", "latin1")) ?? [];
		return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
	} catch {
		// Without /proc nothing tells whether it was closed: it is read.
		return false;
	}
}

const unreadable = (why: string, cause?: unknown) =>
	new Fault("usage", `stdin cannot be read: ${why}`, { hint: "give a file or a pipe: < FILE, or COMMAND |", cause });

/**
 * What `open` reads from stdin. Throws a Fault "usage" where that was closed, or is something that cannot be read (a
 * directory, a device that refuses): an empty input would be taken for one with nothing to do.
 */
export async function* readableStdin(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	if (wasClosed()) throw unreadable("it is closed");
	try {
		yield* open();
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
		if (code === undefined) throw error;
		throw unreadable(WORDS[code] ?? (error as Error).message, error);
	}
}
