import type { Log } from "../base/log.ts";
import type { Held } from "./held.ts";
import type { Trust } from "./ports.ts";

/** Work that somebody else keeps an eye on: it is frozen and killed at the times told last, even if we are stopped ourselves. */
export interface Guardable<T> {
	/** Runs on until `freezeAt`, is frozen from then on, goes on when told a later time, is killed at `lostAt`. Times of `performance.now()`. */
	until(trust: Trust): void;
	/** The lock is lost: what runs must end now. */
	stop(): void;
	/** When all of it has ended. */
	readonly ended: Promise<T>;
}

/** What work can be run under: a lock, or several that must all be held. */
export type Guarding = Pick<Held, "path" | "state" | "lost" | "trust" | "onTrust">;

/**
 * Runs work under a lock: frozen while the lock is suspended, stopped when it is lost. Returns what the work ends with;
 * throws the reason of the loss, once the work has ended, where the lock was lost before that.
 */
export async function guarded<T>(lock: Guarding, work: Guardable<T>, log: Log): Promise<T> {
	let frozen = false;
	const tell = () => {
		if (lock.lost.aborted) return;
		work.until(lock.trust());
		if (frozen === (lock.state === "suspended")) return;
		frozen = !frozen;
		if (frozen) log.warn("the lock is in doubt, work is frozen", { lock: lock.path });
		else log.info("the lock is held, work goes on", { lock: lock.path });
	};
	const stop = () => work.stop();
	const off = lock.onTrust(tell);
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
