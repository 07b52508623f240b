import { expect, test } from "bun:test";
import type { TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { PageCache } from "../../../../src/enumeration/work/page-cache.ts";
import type { PageRequest, TangleStore } from "../../../../src/enumeration/work/ports.ts";

const TANGLE: TangleFields = { notation: "i[2]", TCN: 2, is_good: true, positivity: "neutral" };
const PAGE: PageRequest = { id: "0".repeat(24), tcn: 2, goodOnly: true, size: 500 };
const { signal } = new AbortController();

/** A store that notes what it is asked for; its clock stands at `at`. */
function scene() {
	const asked: PageRequest[] = [];
	const state = { at: 0, failing: false };
	const store: TangleStore = {
		name: "a database",
		page: async (request) => {
			asked.push(request);
			if (state.failing) throw new Error("out of reach");
			return Array.from({ length: request.size }, () => TANGLE);
		},
		store: async (tangles) => tangles.length,
	};
	return { asked, state, cache: new PageCache(store, () => state.at) };
}

test("a page is read once; another id, TCN, kind or size is another page", async () => {
	const { asked, cache } = scene();
	const others = [
		PAGE,
		{ ...PAGE, id: "1".repeat(24) },
		{ ...PAGE, tcn: 3 },
		{ ...PAGE, goodOnly: false },
		{ ...PAGE, size: 7 },
	];
	for (const request of [...others, ...others.toReversed()]) {
		expect((await cache.page(request, signal)).length).toBe(request.size);
	}
	expect(asked).toEqual(others);
});

test("after two minutes it is read again, however often it was used", async () => {
	const { asked, state, cache } = scene();
	for (state.at = 0; state.at < 120_000; state.at += 10_000) await cache.page(PAGE, signal);
	expect(asked.length).toBe(1);
	await cache.page(PAGE, signal);
	expect(asked.length).toBe(2);
});

test("a page that could not be read is asked for again", async () => {
	const { asked, state, cache } = scene();
	state.failing = true;
	await expect(cache.page(PAGE, signal)).rejects.toThrow("out of reach");
	state.failing = false;
	await cache.page(PAGE, signal);
	expect(asked.length).toBe(2);
});

test("no more than 50,000 tangles are kept; the page used longest ago goes first", async () => {
	const { asked, cache } = scene();
	const page = (n: number) => ({ ...PAGE, id: String(n).padStart(24, "0"), size: 1000 });
	for (let n = 0; n < 50; n += 1) await cache.page(page(n), signal);
	await cache.page(page(0), signal);
	await cache.page(page(50), signal);
	expect(asked.length).toBe(51);
	await cache.page(page(0), signal);
	expect(asked.length).toBe(51);
	await cache.page(page(1), signal);
	expect(asked.length).toBe(52);
	// A page larger than all that is kept is read each time, and keeps nothing else out.
	await cache.page({ ...PAGE, size: 60_000 }, signal);
	await cache.page({ ...PAGE, size: 60_000 }, signal);
	expect(asked.length).toBe(54);
});

test("what is stored goes through", async () => {
	expect(await scene().cache.store([TANGLE, TANGLE], signal)).toBe(2);
});
