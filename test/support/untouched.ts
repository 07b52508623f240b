import { afterAll, beforeAll, expect } from "bun:test";

// Loaded before the unit tests of a room, which share a process: what one file leaves in it, another would meet.

/** What belongs to the process, and not to a file, by name. */
function shared(): Map<string, unknown> {
	return new Map<string, unknown>([
		...Object.entries(process.env).map(([name, value]) => [`$${name}`, value] as const),
		...process.eventNames().map((name) => [`on ${String(name)}`, process.listenerCount(name)] as const),
		...Object.entries({ cwd: process.cwd(), umask: process.umask(), fetch }),
		["fake timers", "clock" in setTimeout],
	]);
}

let before = shared();
beforeAll(() => {
	before = shared();
});

afterAll(() => {
	const after = shared();
	const names = new Set([...before.keys(), ...after.keys()]);
	// Names alone: the environment may hold secrets.
	expect([...names].filter((name) => before.get(name) !== after.get(name))).toEqual([]);
	// A clock that was set runs on in the next file.
	expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
});
