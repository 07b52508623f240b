import type { Log } from "../base/log.ts";
import type { Held } from "./held.ts";
import type { Validity } from "./ports.ts";

/** Work that somebody else keeps an eye on: it is frozen and killed at the times told last, even if we are stopped ourselves. */
export interface Supervised<T> {
	/** Runs on until `freezeAt`, is frozen from then on, goes on when told a later time, is killed at `expiresAt`. Times of `performance.now()`. */
	until(trust: Validity): void;
	/** The lock is lost: what runs must end now. */
	stop(): void;
	/** When all of it has ended. */
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
	const tell = () => {
		if (lock.lost.aborted) return;
		work.until(lock.validity());
		if (frozen === (lock.state === "suspended")) return;
		frozen = !frozen;
		if (frozen) log.warn("the lock is in doubt, work is frozen", { lock: lock.path });
		else log.info("the lock is held, work goes on", { lock: lock.path });
	};
	const stop = () => work.stop();
	const off = lock.onValidity(tell);
	const { lost } = lock;
	lost.addEventListener("abort", stop, { once: true });
	try {
		if (lost.aborted) stop();
		else tell();
		const result = await work.ended;
		lock.lost.throwIfAborted();
		return result;
	} finally {
		off();
		lost.removeEventListener("abort", stop);
	}
}
