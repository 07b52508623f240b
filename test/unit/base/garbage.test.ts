import { heapStats } from "bun:jsc";
import { expect, spyOn, test } from "bun:test";
import { GarbageCollector, MemoryKeeper } from "../../../src/base/garbage.ts";

test("garbage is collected after every so many things, however many come at a time", () => {
	using collect = spyOn(Bun, "gc");
	const garbage = new GarbageCollector(10);
	const times = [9, 1, 0, 25, 9, 1].map((count) => {
		garbage.made(count);
		return collect.mock.calls.length;
	});
	expect(times).toEqual([0, 1, 1, 2, 2, 3]);
	expect(collect.mock.calls.every(([now]) => now === true)).toBe(true);
});

test("garbage is collected once memory has grown by some megabytes over the least since the last time", () => {
	using collect = spyOn(Bun, "gc").mockImplementation(() => 0);
	using rss = spyOn(process.memoryUsage, "rss");
	const memory = new MemoryKeeper();
	// Behind a collection memory is asked for once more; what it frees is seen some looks later.
	const seen = [100, 105, 90, 95, 96, 97, 102, 80, 85, 86, 87].map((megabytes) => megabytes * 1e6);
	for (const bytes of seen) rss.mockReturnValueOnce(bytes);
	const times = Array.from({ length: 9 }, () => {
		memory.look();
		return collect.mock.calls.length;
	});
	expect(times).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2]);
	expect(collect.mock.calls.every(([now]) => now === true)).toBe(true);
	expect(rss).toHaveBeenCalledTimes(seen.length);
});

test("what a piece of work left is collected at once, and all garbage every tenth time", () => {
	using collect = spyOn(Bun, "gc").mockImplementation(() => 0);
	using rss = spyOn(process.memoryUsage, "rss");
	rss.mockReturnValue(100e6);
	const memory = new MemoryKeeper();
	const maps = () => heapStats().objectTypeCounts.Map ?? 0;
	const before = maps();
	// In many arrays: one may still be found on the stack.
	const leave = () => Array.from({ length: 100 }, () => new Map()).length;
	for (let times = 0; times < 100; times += 1) leave();
	const left = maps() - before;
	expect(left).toBeGreaterThan(9000);
	memory.look();
	expect(maps() - before).toBeLessThan(left / 2);
	const times = Array.from({ length: 19 }, () => {
		memory.look();
		return collect.mock.calls.length;
	});
	expect(times).toEqual([...Array(8).fill(0), ...Array(10).fill(1), 2]);
});
