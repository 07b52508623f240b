import type { AcquireOptions } from "./acquire.ts";
import { acquire } from "./acquire.ts";
import { acrossSessions } from "./across-sessions.ts";
import type { Held } from "./held.ts";
import type { Session } from "./ports.ts";

/** A lock with the session that is its own. */
export interface TakenLock {
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
): Promise<TakenLock> {
	const deadline = performance.now() + options.waitMs;
	const { session, value: lock } = await acrossSessions(
		{ open, deadline, signal: options.signal },
		async (opened) => await acquire(opened, path, { ...options, deadline }),
	);
	const end = async () => {
		await lock.release();
		await session.close();
	};
	return { session, lock, end };
}
