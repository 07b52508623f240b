import { readFileSync } from "node:fs";

/** Steps of the clock below, ms. */
export const CLOCK_STEP_MS = 10;

/**
 * Milliseconds since the host was started, rounded down to 10: one clock for all processes, unlike `performance.now()`,
 * and one that nobody sets, unlike `Date.now()`. proc(5), /proc/uptime.
 */
export function sharedNow(): number {
	return Math.floor(Number(readFileSync("/proc/uptime", "latin1").split(" ", 1)[0]) * 1000);
}

/** A time of this process's `performance.now()` on the shared clock, at most a step too early. */
export function toShared(time: number): number {
	return time + sharedNow() - performance.now();
}
