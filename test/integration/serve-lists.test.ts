import { describe, expect, spyOn, test } from "bun:test";
import { MemoryKeeper } from "../../src/base/garbage.ts";
import { MongoBatchSources } from "../../src/commands/serve/batch-sources.ts";
import { overdueAt } from "../../src/commands/serve/overdue.ts";
import type { Batch } from "../../src/line/batches/batch.ts";
import { changed } from "../../src/line/batches/derive.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import type { ComponentSettings } from "../../src/line/component/settings.ts";
import type { BrowsedList, BrowsedPlace } from "../../src/servers/mongo/batch-bounds.ts";
import { BatchBrowser } from "../../src/servers/mongo/batch-browser.ts";
import { areFailuresDerived } from "../../src/servers/mongo/batch-derived.ts";
import { batchHealth } from "../../src/servers/mongo/batch-health.ts";
import { BatchImport } from "../../src/servers/mongo/batch-import.ts";
import { BATCH_INDEXES } from "../../src/servers/mongo/batch-query.ts";
import { ensureIndexes } from "../../src/servers/mongo/indexes.ts";
import { StationCounts } from "../../src/servers/mongo/station-counts.ts";
import { type BatchQuery, SORTS } from "../../src/web/batch-list.ts";
import { parseBatchQuery } from "../../src/web/batch-query.ts";
import { ENGINES, Library } from "../support/library.ts";
import { MongoProxy } from "../support/mongo-proxy.ts";
import { Random } from "../support/random.ts";

const never = new AbortController().signal;
const CONFIG = { components: new Map(), batches: { collection: "batches", stopEvent: "Stopped" } };
const TYPES = ["Newspaper", "Map", "Letter"];

/** Batches of few different times, so that many stand at one place of an order but for their ids. */
function batches(count: number): Batch[] {
	const random = new Random(11);
	return Array.from({ length: count }, (_, at) => {
		const day = (days: number) => new Date(Date.now() - days * 86_400_000);
		const created = new Date(Math.floor(+day(random.below(4)) / 86_400_000) * 86_400_000);
		const batch = newBatch(parseBatchId(`B${100 + at}-RT1`), TYPES[random.below(TYPES.length)] ?? "", created);
		const events = Array.from({ length: random.below(3) }, () => ({
			...{ type: ["X", "Y"][random.below(2)] ?? "", success: random.below(2) === 0, time: created },
			...{ agent: "", details: "long ".repeat(100) },
		}));
		return changed(batch, { events });
	});
}

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
const byFirst = (a: Batch, b: Batch) =>
	compare(+a.firstEvent, +b.firstEvent) || compare(+a.created, +b.created) || compare(a.id, b.id);
const ORDERS = {
	first: byFirst,
	id: (a: Batch, b: Batch) => compare(a.id, b.id),
	type: (a: Batch, b: Batch) => compare(a.type, b.type) || byFirst(a, b),
};

function ordered(all: readonly Batch[], sort: BatchQuery["sort"]): string[] {
	const order = ORDERS[sort.replace("-", "") as keyof typeof ORDERS];
	const sorted = all.toSorted(order).map(({ id }) => id);
	return sort.startsWith("-") ? sorted.toReversed() : sorted;
}

/** Batches in the order of a query's `sort`, as a search asks for them. */
function searched(sort: BatchQuery["sort"], asks: Partial<BrowsedList["conditions"]>): BrowsedList {
	return {
		conditions: { past: [], future: [], old: [], types: [], ...asks },
		...{ idStart: "", firstBefore: undefined, firstAfter: undefined, descending: sort.startsWith("-") },
		order: sort.replace("-", "") as BrowsedList["order"],
	};
}

// FerretDB reads and sorts the whole collection for each page.
const SORTS_OF = { SecantusDB: SORTS, FerretDB: ["-first", "type"] } as const;

describe.each(["SecantusDB", "FerretDB"] as const)("%s", (engine) => {
	const uri = ENGINES[engine];
	test("pages forwards and backwards give each batch once, in the order asked for, whatever the filter", async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		await ensureIndexes(mongo, "batches", BATCH_INDEXES, false);
		const all = batches(34);
		await library.bulk().add(all, never);
		const sources = new MongoBatchSources(mongo, CONFIG);
		const filters: readonly (readonly [query: string, takes: (batch: Batch) => boolean])[] = [
			["", () => true],
			["type=Map,Letter", ({ type }) => type !== "Newspaper"],
			["event=X&outcome=done", ({ succeeded }) => succeeded.includes("X")],
			["event=X&outcome=failed", ({ seen, succeeded }) => seen.includes("X") && !succeeded.includes("X")],
			["event=Y&outcome=never&type=Map", ({ seen, type }) => !seen.includes("Y") && type === "Map"],
			["text=11&older=1h", ({ id, firstEvent }) => id.startsWith("B11") && +firstEvent < Date.now() - 3_600_000],
			[
				"text=B12&younger=50h",
				({ id, firstEvent }) => id.startsWith("B12") && +firstEvent > Date.now() - 50 * 3_600_000,
			],
			["text=nothing", () => false],
			["text=B110-RT1", ({ id }) => id === "B110-RT1"],
			["text=110-RT2", () => false],
			["text=B", () => true],
		];
		for (const sort of SORTS_OF[engine]) {
			for (const [text, takes] of filters) {
				const expected = ordered(all.filter(takes), sort);
				const query = (more: string) => parseBatchQuery(new URLSearchParams(`${text}&sort=${sort}&limit=9&${more}`));
				const forwards: string[] = [];
				const backwards: string[] = [];
				let more: string | undefined = "";
				let last = "";
				while (more !== undefined) {
					const page = await sources.page(query(more), undefined, never);
					forwards.push(...page.rows.map(({ id }) => id));
					expect({ text, sort, total: page.total }).toEqual({
						text,
						sort,
						total: { count: expected.length, more: false },
					});
					expect(page.previous === undefined).toBe(more === "");
					last = more;
					more = page.next === undefined ? undefined : `after=${page.next}`;
				}
				expect({ text, sort, forwards }).toEqual({ text, sort, forwards: expected });
				for (let at: string | undefined = last; at !== undefined; ) {
					const page = await sources.page(query(at), undefined, never);
					backwards.unshift(...page.rows.map(({ id }) => id));
					at = page.previous === undefined ? undefined : `before=${page.previous}`;
				}
				expect({ text, sort, backwards }).toEqual({ text, sort, backwards: expected });
			}
		}
	});

	test("a search that ends early goes on where it ended, in every order, and has each batch once", async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		await ensureIndexes(mongo, "batches", BATCH_INDEXES, false);
		const day = (n: number) => new Date(Date.UTC(2020, 0, 1 + n));
		const all = batches(150).map((batch, n) => {
			// Some of one moment, where a search must not end.
			const created = day(n - (n % 3));
			return changed({ ...batch, created }, { events: batch.events.map((event) => ({ ...event, time: created })) });
		});
		await library.bulk().add(all, never);
		// As if each stood for sixteen, so that the list is long enough to be cut.
		await library.batches.updateMany({}, { $set: { list_sample: 1 } });
		await library.batches.updateMany({ _id: /5-RT1$/ } as object, { $set: { list_sample: 2 } });
		const browser = new BatchBrowser(mongo, "batches");
		for (const sort of SORTS_OF[engine].filter((order) => !order.endsWith("id"))) {
			const list = searched(sort, { future: ["Y"] });
			const found: string[] = [];
			let steps = 0;
			let after: BrowsedPlace | undefined;
			do {
				const part = await browser.list(list, { after, limit: 1000, forMs: 0 }, never);
				found.push(...part.found.map(({ stored }) => stored.id));
				after = part.reached;
				steps += 1;
			} while (after !== undefined);
			const right = all.filter(({ seen }) => !seen.includes("Y"));
			expect({ sort, found }).toEqual({ sort, found: ordered(right, sort) });
			// One question to a server that reads everything for each.
			if (engine === "FerretDB") expect(steps).toBe(1);
			else expect(steps).toBeGreaterThan(3);
			const whole = await browser.list(list, { after: undefined, limit: 1000 }, never);
			expect(whole).toMatchObject({ found: { length: right.length }, reached: undefined });
			const counted = await browser.count(list, 0, never);
			if (engine === "FerretDB") expect(counted).toEqual({ count: right.length, more: false });
			else expect(counted).toMatchObject({ count: expect.any(Number), more: true });
		}
	});

	test("what failed is found by what was derived, and by its events where that is not so of each batch", async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		await ensureIndexes(mongo, "batches", BATCH_INDEXES, false);
		const all = batches(20);
		const registry = { id: "0123456789ab", generation: 1, version: 1, stations: [] };
		await new BatchImport(mongo, "batches", registry).add(all, never);
		const browser = new BatchBrowser(mongo, "batches");
		const list = searched("-first", { failed: ["X"] });
		const failed = ordered(
			all.filter(({ seen, succeeded }) => seen.includes("X") && !succeeded.includes("X")),
			"-first",
		);
		expect(failed.length).toBeGreaterThan(1);
		const found = async () =>
			(await browser.list(list, { after: undefined, limit: 100 }, never)).found.map(({ stored }) => stored.id);
		expect(await areFailuresDerived(mongo, "batches", never)).toBe(true);
		expect(await found()).toEqual(failed);
		expect(await browser.count(list, 60_000, never)).toEqual({ count: failed.length, more: false });
		// By another program, which knows nothing of what is derived and writes `current` anew, in each form that it may have.
		for (const current of [[], ["X"], ["\tX"]]) {
			await library.batches.updateOne({ _id: failed[0] ?? "" }, { $set: { current, newest_failed: [] } });
			expect({ current, is: await areFailuresDerived(mongo, "batches", never) }).toEqual({ current, is: false });
			expect(await found()).toEqual(failed);
		}
		// As all are where no component has run yet.
		await library.batches.updateOne({ _id: failed[0] ?? "" }, { $set: { list_sample: 3 } });
		expect(await areFailuresDerived(mongo, "batches", never)).toBe(false);
	});

	test("what looks at many batches asks for no details of their events, which may have megabytes", async () => {
		await using library = await Library.create(uri());
		await using proxy = await MongoProxy.start(uri());
		const time = new Date(0);
		const event = { type: "X", success: true, time, agent: "", details: "x".repeat(200_000) };
		const removal = { by: "", time, reason: "", what: "", removed: [{ at: 0, event }] };
		const all = batches(5).map((batch) => ({ ...changed(batch, { events: [event] }), history: [removal] }));
		const conditions = { past: ["X"], future: ["Y"], old: [], types: [] };
		const station = { component: "Known", conditions, key: "known", since: 1, used: time };
		const registry = { id: "0123456789ab", generation: 1, version: 1, stations: [station] };
		await new BatchImport(library.mongo(), "batches", registry).add(all, never);
		const mongo = library.mongo(proxy.uri());
		const counts = new StationCounts(mongo, "batches", registry);
		expect(await counts.oldest(station, 10, never)).toHaveLength(5);
		// Nothing was derived for this one.
		const config = {
			...CONFIG,
			components: new Map([["New", { event: "Y", ...conditions } as unknown as ComponentSettings]]),
		};
		expect((await overdueAt({ mongo, config, overdueMs: 0 }, never)).overdue).toHaveLength(5);
		expect(await batchHealth(mongo, "batches", 60_000)).toMatchObject({ looked: 5, malformed: [], stale: [] });
		const page = await new MongoBatchSources(mongo, CONFIG).page(
			parseBatchQuery(new URLSearchParams()),
			undefined,
			never,
		);
		expect(page.rows).toHaveLength(5);
		expect(proxy.answeredBytes).toBeLessThan(200_000);
	});

	test("of a long list the garbage is collected while it is read", async () => {
		await using library = await Library.create(uri());
		await library.bulk().add(batches(250), never);
		using look = spyOn(MemoryKeeper.prototype, "look");
		const browser = new BatchBrowser(library.mongo(), "batches");
		const list = searched("first", {});
		const { found } = await browser.list(list, { after: undefined, limit: 500 }, never);
		expect(found).toHaveLength(250);
		expect(look).toHaveBeenCalledTimes(2);
	});

	test("documents that are no batch stand in the list with what is wrong; the list goes on behind them", async () => {
		await using library = await Library.create(uri());
		const [good, ...more] = batches(6);
		await library.bulk().add([...(good ? [good] : []), ...more], never);
		await library.batches.insertMany([
			{ _id: "B1-RT1", type: 5 },
			{ _id: "<script>", first_event: "yesterday" },
		]);
		const sources = new MongoBatchSources(library.mongo(), CONFIG);
		const query = parseBatchQuery(new URLSearchParams("limit=3"));
		const { rows, next } = await sources.page(query, undefined, never);
		expect(
			rows
				.filter((row) => "malformed" in row)
				.map(({ id }) => id)
				.toSorted(),
		).toEqual(["<script>", "B1-RT1"]);
		const rest = await sources.page({ ...query, after: next, limit: 10 }, undefined, never);
		expect([...rows, ...rest.rows].length).toBe(8);
		const texts: string[] = [];
		for await (const piece of sources.exported(query, "json", never)) texts.push(piece);
		expect(JSON.parse(texts.join("")).batches.length).toBe(8);
		await expect(sources.batch("B1-RT1", undefined, never)).rejects.toThrow("type is not a text");
		expect(await sources.batch("B9-RT9", undefined, never)).toBeUndefined();
	});
});
