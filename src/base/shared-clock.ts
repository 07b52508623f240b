import { type Pointer, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";
import { cLibrary } from "./c-library.ts";
import { Fault } from "./fault.ts";

/** Largest amount by which `sharedNow` may be behind, ms: what /proc/uptime is rounded down by. */
export const CLOCK_STEP_MS = 10;

/** clock_gettime(2): time since the start of the host, in which it counts the time that the host was suspended. */
const CLOCK_BOOTTIME = 7;

/** Reads ms since the start of the host. */
type Clock = () => number;

/** By the C library, which every host has: some hide /proc/uptime (systemd's ProcSubset=pid, hardened containers). */
function clockOfLibrary(): Clock | undefined {
	try {
		const { clock_gettime } = cLibrary({ clock_gettime: { args: ["i32", "ptr"], returns: "i32" } });
		// struct timespec: seconds and nanoseconds, eight bytes each.
		const time = new BigInt64Array(2);
		const at: Pointer = ptr(time);
		const read = () => {
			if (clock_gettime(CLOCK_BOOTTIME, at) !== 0) return undefined;
			const [seconds = 0n, nanoseconds = 0n] = time;
			return Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
		};
		return read() === undefined ? undefined : () => read() ?? fail();
	} catch {
		// The host has no C library that the runtime finds.
		return undefined;
	}
}

/** The same clock as the kernel writes it, rounded down to 10 ms. proc(5). */
function uptime(): number | undefined {
	try {
		const ms = Math.floor(Number(readFileSync("/proc/uptime", "latin1").split(" ", 1)[0]) * 1000);
		return Number.isNaN(ms) ? undefined : ms;
	} catch {
		// Hidden, or not mounted.
		return undefined;
	}
}

function fail(): never {
	throw new Fault("config", "this host has no clock that two processes share: neither clock_gettime nor /proc/uptime", {
		hint: "a lock's time limit is kept by it; let this user read /proc/uptime",
	});
}

function chooseClock(): Clock {
	const clock = clockOfLibrary();
	if (clock !== undefined) return clock;
	if (uptime() !== undefined) return () => uptime() ?? fail();
	return fail();
}

/** Chosen as soon as a verb that needs it is loaded: a host without one fails before the run takes anything. */
const CLOCK = chooseClock();

/**
 * Milliseconds since the host was started: one clock for all processes, unlike `performance.now()`, whose zero is the
 * process's own start, and one that nobody sets, unlike `Date.now()`. It goes on while the host is suspended, as the
 * time of a server does that gives a lock away meanwhile; CLOCK_MONOTONIC stands still then, and would call such a lock
 * held.
 */
export function sharedNow(): number {
	return CLOCK();
}

/** A time of this process's `performance.now()` on the shared clock, at most a step too early. */
export function toShared(time: number): number {
	return time + sharedNow() - performance.now();
}
