import { expect, test } from "bun:test";
import type { TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { PageCache } from "../../../../src/enumeration/work/page-cache.ts";
import type { PageRequest, TanglePageSource } from "../../../../src/enumeration/work/ports.ts";

const TANGLE: TangleFields = { notation: "i[2]", TCN: 2, is_good: true, positivity: "neutral" };
const idOf = (n: number) => String(n).padStart(24, "0");
const PAGE: PageRequest = { id: idOf(0), tcn: 2, goodOnly: true, size: 500 };
const { signal } = new AbortController();

/** A source of endless pages named 1, 2, ... that notes what it is asked for; its clock stands at `at`. */
function scene() {
	const asked: PageRequest[] = [];
	const state = { at: 0, failing: false };
	const store: TanglePageSource = {
		name: "a database",
		pages: async (request, most) => {
			asked.push(request);
			if (state.failing) throw new Error("out of reach");
			const page = (ahead: number) => ({
				id: idOf(Number(request.id) + ahead),
				tangles: Array.from({ length: request.size }, () => TANGLE),
			});
			return [page(0), ...Array.from({ length: most - 1 }, (_, ahead) => page(ahead + 1))];
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

test("with a page the next ones are read, 5,000 tangles in all; each is a page of its own", async () => {
	const { asked, cache } = scene();
	for (let n = 0; n < 20; n += 1) await cache.page({ ...PAGE, id: idOf(n) }, signal);
	expect(asked.map(({ id }) => Number(id))).toEqual([0, 10]);
	await cache.page({ ...PAGE, id: idOf(5), goodOnly: false }, signal);
	await cache.page({ ...PAGE, id: idOf(5), size: 5001 }, signal);
	expect(asked.length).toBe(4);
});

test("no more than 50,000 tangles are kept; the page used longest ago goes first", async () => {
	const { asked, cache } = scene();
	const page = (n: number) => ({ ...PAGE, id: idOf(n), size: 5000 });
	for (let n = 0; n < 10; n += 1) await cache.page(page(n), signal);
	await cache.page(page(0), signal);
	await cache.page(page(10), signal);
	expect(asked.length).toBe(11);
	await cache.page(page(0), signal);
	expect(asked.length).toBe(11);
	await cache.page(page(1), signal);
	expect(asked.length).toBe(12);
	// A page larger than all that is kept is read each time, and no trace of it is kept.
	await cache.page({ ...PAGE, size: 60_000 }, signal);
	await cache.page({ ...PAGE, size: 60_000 }, signal);
	expect(asked.length).toBe(14);
});

test("what is stored goes through", async () => {
	expect(await scene().cache.store([TANGLE, TANGLE], signal)).toBe(2);
});
