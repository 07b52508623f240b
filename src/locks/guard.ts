import type { Log } from "../base/log.ts";
import type { Held } from "./held.ts";
import type { Validity } from "./ports.ts";

/**
 * Work under a supervisor: it is frozen and killed at the times that were set last, even if this process is stopped.
 */
export interface Supervised<T> {
	/**
	 * The work runs until `freezeAt`, is then frozen until a later time is set, and is killed at `expiresAt`. Times of
	 * `performance.now()`.
	 */
	until(validity: Validity): void;
	/** The lock is lost: the work must end now. */
	stop(): void;
	/** Resolves when all of the work has ended. */
	readonly ended: Promise<T>;
}

/** What work can be run under: a lock, or several that must all be held. */
export type LockHandle = Pick<Held, "path" | "state" | "lost" | "validity" | "onValidity">;

/**
 * Runs work under a lock: frozen while the lock is suspended, stopped when it is lost. Returns what the work ends with;
 * throws the reason of the loss, once the work has ended, where the lock was lost before that.
 */
export async function guarded<T>(lock: LockHandle, work: Supervised<T>, log: Log): Promise<T> {
	let frozen = false;
	const update = () => {
		if (lock.lost.aborted) return;
		work.until(lock.validity());
		if (frozen === (lock.state === "suspended")) return;
		frozen = !frozen;
		if (frozen) log.warn("the lock is in doubt, work is frozen", { lock: lock.path });
		else log.info("the lock is held, work goes on", { lock: lock.path });
	};
	const stop = () => work.stop();
	const off = lock.onValidity(update);
	const { lost } = lock;
	lost.addEventListener("abort", stop, { once: true });
	try {
		if (lost.aborted) stop();
		else update();
		const result = await work.ended;
		lock.lost.throwIfAborted();
		return result;
	} finally {
		off();
		lost.removeEventListener("abort", stop);
	}
}
