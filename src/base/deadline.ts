import { setTimeout } from "node:timers/promises";
import pTimeout from "p-timeout";
import { timerMs } from "./timer.ts";

/**
 * Settles as `work` does, or rejects with `late()` once `ms` milliseconds have passed, whichever comes first.
 * The work itself is not stopped: `late` is the place to cut what it waits on. The drivers' and Bun's own socket
 * time-outs do not fire reliably, so every wait for a server has one of these.
 */
export async function withDeadline<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
	const fallback = () => {
		throw late();
	};
	return await pTimeout(work, { milliseconds: Math.max(1, timerMs(ms)), fallback });
}

/** Resolves after `ms` milliseconds, 24 days at most; rejects with the signal's reason as soon as it aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	try {
		await setTimeout(timerMs(ms), undefined, { signal });
	} catch (error) {
		// Node rejects with an AbortError of its own; callers tell the reasons of an end apart.
		signal?.throwIfAborted();
		throw error;
	}
}

/** Settles as `work` does, or rejects with the signal's reason once it aborts. The work itself is not stopped. */
export async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	// An aborted signal ends the wait before p-timeout looks at `work`, whose rejection would then be unhandled.
	if (signal.aborted) work.catch(() => {});
	return await pTimeout(work, { milliseconds: Number.POSITIVE_INFINITY, signal });
}
