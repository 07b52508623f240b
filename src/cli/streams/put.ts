import { write } from "node:fs";

/** Pause before a write is tried again that got EAGAIN: another program has made the descriptor non-blocking. */
const AGAIN_MS = 10;

const tryWrite = (descriptor: number, bytes: Uint8Array, from: number) =>
	new Promise<number | NodeJS.ErrnoException>((resolve) => {
		write(descriptor, bytes, from, bytes.length - from, null, (error, written) => resolve(error ?? written));
	});

/** How many of the bytes were written, and why not all of them. */
export interface Put {
	readonly written: number;
	readonly error?: NodeJS.ErrnoException;
}

/**
 * Writes all of `bytes` to a descriptor; the promise settles when they are written or when the system refuses. Never
 * rejects. The write happens on a thread of the runtime's pool: a reader that stalls blocks that thread and nothing
 * else. The descriptor's flags stay as they are: a pipe is shared with other programs, which a non-blocking one would
 * surprise with EAGAIN (`process.stderr` of the runtime makes it so).
 */
export async function put(descriptor: number, bytes: Uint8Array): Promise<Put> {
	let written = 0;
	while (written < bytes.length) {
		const result = await tryWrite(descriptor, bytes, written);
		if (typeof result === "number") written += result;
		else if (result.code === "EAGAIN") await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
		else if (result.code !== "EINTR") return { written, error: result };
	}
	return { written };
}
