import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { CLOCK_STEP_MS, sharedNow, toShared } from "../../../src/base/shared-clock.ts";

const uptime = () => Number(readFileSync("/proc/uptime", "latin1").split(" ", 1)[0]) * 1000;

test("the shared clock is the host's, and the same in another process", () => {
	// /proc/uptime is rounded down; between two looks at it lies what is read meanwhile.
	const before = uptime();
	const now = sharedNow();
	expect(now).toBeGreaterThanOrEqual(before);
	expect(now).toBeLessThanOrEqual(uptime() + CLOCK_STEP_MS);
	const module = new URL("../../../src/base/shared-clock.ts", import.meta.url).pathname;
	const other = Bun.spawnSync([process.execPath, "-e", `console.log((await import("${module}")).sharedNow())`]);
	const there = Number(other.stdout.toString());
	expect(there).toBeGreaterThanOrEqual(now);
	expect(there).toBeLessThanOrEqual(sharedNow());
});

test("a time of this process stands on the shared clock where it stands here", () => {
	const before = sharedNow();
	const shared = toShared(performance.now());
	expect(shared).toBeGreaterThanOrEqual(before - CLOCK_STEP_MS);
	expect(shared).toBeLessThanOrEqual(sharedNow());
	expect(toShared(performance.now() + 60_000) - sharedNow()).toBeGreaterThan(59_000);
});
