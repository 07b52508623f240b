import { sleep } from "./deadline.ts";
import { Fault } from "./fault.ts";

/** Each conflict means that another write was stored: so many in a row are no contention but a fault. */
const MOST_CONFLICTS = 1000;
const LONGEST_PAUSE_MS = 50;

/** What an attempt gives where another write came first. */
export const CONFLICT = Symbol("another write came first");

/**
 * Calls `attempt`, which reads, and stores on the very version that it read, until it gives something else than
 * CONFLICT. Throws what `attempt` throws, the signal's reason when it aborts, and a Fault "failed" that says `conflict`
 * after 1,000 conflicts.
 */
export async function untilStored<T>(
	attempt: () => Promise<T | typeof CONFLICT>,
	conflict: (times: number) => string,
	signal?: AbortSignal,
): Promise<T> {
	for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts += 1) {
		const result = await attempt();
		if (result !== CONFLICT) return result;
		// Writers that lost to the same write would collide again: each waits a random time, longer after each conflict.
		await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** conflicts), signal);
	}
	throw new Fault("failed", conflict(MOST_CONFLICTS), {
		hint: "see who writes to it all the time, then try again",
	});
}
