import { isFault } from "../base/fault.ts";
import type { AcquireOptions } from "./acquire.ts";
import { acquire } from "./acquire.ts";
import type { Held } from "./held.ts";
import type { Session } from "./ports.ts";

/** A lock with the session that is its own. */
export interface Taken {
	readonly session: Session;
	readonly lock: Held;
	/** Releases the lock, then ends the session. */
	end(): Promise<void>;
}

/**
 * Takes a lock in a session that `open` gives. A waiter whose session is lost goes on in a new one, at the end of the
 * queue, with its first deadline; only the first session must open at once. Throws what `acquire` and `open` throw.
 */
export async function takeLock(
	open: (signal: AbortSignal) => Promise<Session>,
	path: string,
	options: AcquireOptions,
): Promise<Taken> {
	const deadline = performance.now() + options.waitMs;
	const left = () => Math.max(0, deadline - performance.now());
	let session = await open(options.signal);
	for (;;) {
		try {
			const lock = await acquire(session, path, { ...options, deadline });
			const current = session;
			const end = async () => {
				await lock.release();
				await current.close();
			};
			return { session, lock, end };
		} catch (error) {
			const gone = session.lost.aborted && isFault(error, "unreachable") && !options.signal.aborted;
			await session.close();
			if (!gone || left() === 0) throw error;
		}
		session = await reopen(open, options.signal, left);
	}
}

/** Tries until the deadline: the one server that is known to be right may be away for a while. */
async function reopen(
	open: (signal: AbortSignal) => Promise<Session>,
	signal: AbortSignal,
	left: () => number,
): Promise<Session> {
	for (;;) {
		try {
			return await open(signal);
		} catch (error) {
			if (!isFault(error, "unreachable") || left() === 0) throw error;
		}
	}
}
