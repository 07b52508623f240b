/** The longest time that a timer takes, in ms: 24.8 days. A timer for longer fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * `ms` as a timer takes it: a time that has passed while it was computed is now, and one that is too long is the longest,
 * `Infinity` too. For either the runtime would warn on stderr; for the second it would fire at once.
 */
export function timerMs(ms: number): number {
	return Math.min(Math.max(0, ms), LONGEST_TIMER_MS);
}
