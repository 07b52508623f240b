import { expect, spyOn, test } from "bun:test";
import { parseBatchQuery } from "../../../src/web/batch-query.ts";
import { Hub } from "../../../src/web/hub.ts";
import { KeptBatches } from "../../../src/web/kept-batches.ts";
import type { LocksView } from "../../../src/web/look.ts";
import type { BatchSources, LookSources } from "../../../src/web/sources.ts";

const MINUTE = 60_000;
const LOOKS: LookSources = {
	...{ enumeration: undefined, queue: undefined, locks: undefined, line: undefined, overdue: undefined },
	findings: async () => ({ failed: 0, warned: 0, lines: [] }),
};

/** Pages of no rows, each asked for as `asked` says. */
function pagesOf(asked: (text: string) => Promise<void>): BatchSources {
	return {
		page: async (query) => {
			await asked(query.text);
			return { query, columns: [], rows: [], total: { count: 0, more: false }, next: undefined, previous: undefined };
		},
		batch: () => Promise.reject(new Error("not asked for")),
		report: () => Promise.reject(new Error("not asked for")),
		exported: () => {
			throw new Error("not asked for");
		},
	};
}

const KEEPING = { limitMs: MINUTE, unforeseen: () => {}, stop: new AbortController().signal, memory: { look() {} } };

test("a page that is told of a new look is given nothing that was asked before it", async () => {
	using clock = spyOn(performance, "now").mockReturnValue(1000);
	let asked = 0;
	const sources = pagesOf(async () => {
		asked += 1;
	});
	let processed = 0;
	const queue = async () => ({ processed }) as never;
	const hub = new Hub({ ...LOOKS, queue }, { everyMs: 5000, ...KEEPING });
	const batches = new KeptBatches(sources, { hub, keeping: KEEPING, maxAgeMs: 5000 });
	const tick = async (now: number) => {
		clock.mockReturnValue(now);
		await hub.latest();
	};
	const read = async (now: number) => {
		clock.mockReturnValue(now);
		await Promise.all(Array.from({ length: 200 }, () => batches.page(parseBatchQuery(new URLSearchParams()))));
		return asked;
	};
	await tick(1000);
	expect([await read(1100), await read(1200)]).toEqual([1, 1]);
	// The next look has nothing new, and the one behind it has.
	await tick(6000);
	expect([await read(6050), await read(6200), await read(6300)]).toEqual([1, 2, 2]);
	processed = 1;
	await tick(11_000);
	expect([await read(11_050), await read(11_050), await read(11_100)]).toEqual([3, 3, 3]);
});

test("each time that a page is asked for anew it is told of the locks as they are then", async () => {
	using clock = spyOn(performance, "now").mockReturnValue(1000);
	const seen: unknown[] = [];
	const none = pagesOf(async () => {});
	const sources: BatchSources = {
		...none,
		page: async (query, locks, signal) => {
			seen.push(locks);
			return await none.page(query, locks, signal);
		},
		batch: async (_, locks) => {
			seen.push(locks);
			return undefined;
		},
	};
	const views = ["first", "second"].map((root) => ({ root, locks: [], not_readable: [] }) as unknown as LocksView);
	const waiting = [...views];
	const hub = new Hub({ ...LOOKS, locks: async () => waiting.shift() as LocksView }, { everyMs: 5000, ...KEEPING });
	const batches = new KeptBatches(sources, { hub, keeping: KEEPING, maxAgeMs: 5000 });
	for (const now of [1000, 6001]) {
		clock.mockReturnValue(now);
		await batches.page(parseBatchQuery(new URLSearchParams()));
		await batches.batch("B1-RT1");
	}
	expect(seen).toEqual(views.flatMap((view) => [view, view]));
});

test("of 30 pages asked for at once by ten readers each, two are asked of the database at a time, each once", async () => {
	const asked: string[] = [];
	let atOnce = 0;
	let most = 0;
	const sources = pagesOf(async (text) => {
		asked.push(text);
		atOnce += 1;
		most = Math.max(most, atOnce);
		await new Promise((resolve) => setImmediate(resolve));
		atOnce -= 1;
	});
	const hub = new Hub(LOOKS, { everyMs: MINUTE, ...KEEPING });
	const batches = new KeptBatches(sources, { hub, keeping: KEEPING, maxAgeMs: MINUTE });
	const texts = Array.from({ length: 30 }, (_, n) => `B${n}`);
	const readers = Array.from({ length: 10 }, () => texts).flat();
	const pages = await Promise.all(readers.map((text) => batches.page(parseBatchQuery(new URLSearchParams({ text })))));
	expect(pages.map(({ value }) => value?.query.text)).toEqual(readers);
	expect(pages.every(({ fault }) => fault === undefined)).toBe(true);
	expect(asked.toSorted()).toEqual(texts.toSorted());
	expect(most).toBe(2);
});
