import { expect, test } from "bun:test";
import { parseBatchQuery } from "../../../src/web/batch-query.ts";
import { Hub } from "../../../src/web/hub.ts";
import { KeptBatches } from "../../../src/web/kept-batches.ts";
import type { BatchSources, LookSources } from "../../../src/web/sources.ts";

const MINUTE = 60_000;
const LOOKS: LookSources = {
	...{ enumeration: undefined, queue: undefined, locks: undefined, line: undefined, overdue: undefined },
	findings: async () => ({ failed: 0, warned: 0, lines: [] }),
};

test("of 30 pages asked for at once by ten readers each, two are asked of the database at a time, each once", async () => {
	const asked: string[] = [];
	let atOnce = 0;
	let most = 0;
	const sources: BatchSources = {
		page: async (query) => {
			asked.push(query.text);
			atOnce += 1;
			most = Math.max(most, atOnce);
			await new Promise((resolve) => setImmediate(resolve));
			atOnce -= 1;
			return { query, columns: [], rows: [], total: { count: 0, more: false }, next: undefined, previous: undefined };
		},
		batch: () => Promise.reject(new Error("not asked for")),
		report: () => Promise.reject(new Error("not asked for")),
		exported: () => {
			throw new Error("not asked for");
		},
	};
	const keeping = { limitMs: MINUTE, unforeseen: () => {}, stop: new AbortController().signal, memory: { look() {} } };
	const hub = new Hub(LOOKS, { everyMs: MINUTE, ...keeping });
	const batches = new KeptBatches(sources, { hub, keeping, maxAgeMs: MINUTE });
	const texts = Array.from({ length: 30 }, (_, n) => `B${n}`);
	const readers = Array.from({ length: 10 }, () => texts).flat();
	const pages = await Promise.all(readers.map((text) => batches.page(parseBatchQuery(new URLSearchParams({ text })))));
	expect(pages.map(({ value }) => value?.query.text)).toEqual(readers);
	expect(pages.every(({ fault }) => fault === undefined)).toBe(true);
	expect(asked.toSorted()).toEqual(texts.toSorted());
	expect(most).toBe(2);
});
