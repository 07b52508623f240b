import { expect, spyOn, test } from "bun:test";
import { GarbageCollector } from "../../../src/base/garbage.ts";

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
