import type { Stats } from "node:fs";
import { isTerminal, statsOf } from "./terminal.ts";
import { type Dropped, type StreamKind, WriteQueue } from "./write-queue.ts";

/** pipe(7): so many bytes written at once are neither mixed with what others write nor cut. Linux' PIPE_BUF. */
const PIPE_BYTES = 4096;
const FILE_BYTES = 256 * 1024;
const NEVER = new AbortController().signal;

/** One of the two streams of the process, as a place to write to. Nothing here throws or blocks. */
export interface Sink {
	/** True where the stream is a terminal. */
	readonly terminal: boolean;
	write(text: string): void;
	/** Resolves when there is room for more: a producer of unbounded output awaits it before each write. */
	room(): Promise<void>;
	/** Resolves when all that was written has gone, or its reader takes nothing. */
	gone(): Promise<void>;
}

export interface StandardStreams {
	readonly stdout: Sink;
	readonly stderr: Sink;
	/**
	 * Resolves when both are written or have refused. False where something is left that its reader does not take: log
	 * lines, or payload once `signal` has aborted.
	 */
	drained(signal: AbortSignal): Promise<boolean>;
}

/**
 * The process' stdout (payload) and stderr (log). Where both are the same file, pipe or terminal they share one queue,
 * so that their order stays.
 */
export async function standardStreams(
	notice: (dropped: Dropped) => string,
	payloadFailed: (error: NodeJS.ErrnoException) => void,
): Promise<StandardStreams> {
	const out = statsOf(1);
	const err = statsOf(2);
	const queue = (stats: Stats | undefined) => {
		const pieceBytes = stats?.isFile() ? FILE_BYTES : PIPE_BYTES;
		return new WriteQueue({ descriptors: { payload: 1, log: 2 }, pieceBytes, notice, payloadFailed });
	};
	const same = out !== undefined && out.dev === err?.dev && out.ino === err.ino;
	const payload = queue(out);
	const log = same ? payload : queue(err);
	const sink = async (descriptor: number, to: WriteQueue, kind: StreamKind): Promise<Sink> => ({
		terminal: await isTerminal(descriptor),
		write: (text) => to.push(kind, text),
		room: () => to.room(kind),
		gone: async () => void (await to.drained(NEVER)),
	});
	return {
		stdout: await sink(1, payload, "payload"),
		stderr: await sink(2, log, "log"),
		drained: async (signal) => (await Promise.all([payload.drained(signal), log.drained(signal)])).every(Boolean),
	};
}
