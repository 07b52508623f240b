/** The longest wait for a condition that is sure to come, ms: it only ends a test that would hang. */
const LONGEST_MS = 60_000;
const LOOK_EVERY_MS = 20;

/**
 * Resolves with the first value that is not undefined; looks again every 20 ms, for a state that no event announces.
 * Throws with `what` where there is none within a minute.
 */
export async function polled<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
	for (const late = performance.now() + LONGEST_MS; performance.now() < late; await Bun.sleep(LOOK_EVERY_MS)) {
		const value = await look();
		if (value !== undefined) return value;
	}
	throw new Error(`${what}: not within ${LONGEST_MS / 1000} s`);
}
