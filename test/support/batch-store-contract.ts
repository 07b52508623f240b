import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Batch, Conditions } from "../../src/line/batches/batch.ts";
import { requireBatch, updateBatch } from "../../src/line/batches/change.ts";
import { claimed, recorded } from "../../src/line/batches/claim.ts";
import { unmet } from "../../src/line/batches/conditions.ts";
import { appended, prepended } from "../../src/line/batches/events.ts";
import { isBatch, type Place } from "../../src/line/batches/malformed.ts";
import { receiving, withOutgoing, withoutOutgoing } from "../../src/line/batches/outgoing.ts";
import type { BatchStore } from "../../src/line/batches/ports.ts";
import { at, type BatchPlan, batchesIn, batchFrom, conditionsFrom, eventFrom, readyIds } from "./batch-reference.ts";
import { QUERY_CASES } from "./query-cases.ts";

/** One batch collection, empty at first. */
export interface BatchCollection {
	readonly store: BatchStore;
	/** Another client of the same collection. */
	client(): BatchStore;
	/** Adds many at once. */
	addAll(batches: readonly Batch[]): Promise<void>;
	/** What the query itself gives, before the store looks at the events: ids, oldest first. */
	queried(conditions: Conditions): Promise<string[]>;
	/** Makes the document of a batch malformed, with or without its dates in `created` and `first_event`. */
	spoil(id: string, created: "dated" | "undated"): Promise<void>;
}

/** An adapter of the port, for as long as its tests run. */
export interface BatchStoreAdapter extends AsyncDisposable {
	collection(): BatchCollection;
}

export type OpenAdapter = () => Promise<BatchStoreAdapter>;

const never = new AbortController().signal;
const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);

/** All that is ready, asked for by `limit` at a time. */
async function paged(store: BatchStore, conditions: Conditions, limit: number): Promise<string[]> {
	const found: string[] = [];
	for (let after: Place | undefined; ; ) {
		const page = await store.ready(conditions, limit, after);
		expect(page.batches.length).toBeLessThanOrEqual(limit);
		found.push(...ids(page.batches));
		after = page.next;
		if (after === undefined) return found;
	}
}

async function listed(store: BatchStore, conditions: Conditions): Promise<string[]> {
	const found: string[] = [];
	for await (const page of store.all(conditions, never)) found.push(...ids(page));
	return found;
}

/** Gives the adapter to tests that share it. */
function adapterFor(open: OpenAdapter): { collection(): BatchCollection } {
	let adapter: BatchStoreAdapter | undefined;
	beforeAll(async () => {
		adapter = await open();
	});
	afterAll(async () => await adapter?.[Symbol.asyncDispose]());
	return {
		collection() {
			if (adapter === undefined) throw new Error("the adapter is not open");
			return adapter.collection();
		},
	};
}

/** Created in an order that is neither that of the ids nor that of adding; several at one moment. */
const BATCHES = QUERY_CASES.map((plan, index) => batchFrom(`B${index}-RT1`, { ...plan, created: (index * 7) % 10 }));

const plan: fc.Arbitrary<BatchPlan> = fc.record({
	events: fc.array(
		fc.tuple(fc.constantFrom("A", "B", "C", "D"), fc.constantFrom("+", "-"), fc.nat(4)).map((parts) => parts.join("")),
		{ maxLength: 6 },
	),
	type: fc.constantFrom("paper", "zine"),
	created: fc.nat(3),
	modified: fc.nat(5),
});
const names = fc.subarray(["A", "B", "C", "D"], { maxLength: 2 });
const asked: fc.Arbitrary<Conditions> = fc.record({
	...{ past: names, future: names, old: names, unless: names },
	types: fc.subarray(["paper", "zine", "map"]),
});

/** What every adapter of the `BatchStore` port gives for a query. */
export function describeBatchQuery(adapter: string, open: OpenAdapter): void {
	describe(`the query of ${adapter}`, () => {
		const { collection } = adapterFor(open);
		let line: BatchCollection;
		beforeAll(async () => {
			line = collection();
			for (const batch of BATCHES) expect(await line.store.add(batch)).toBe(true);
		});

		for (const [index, { name, asks, ready }] of QUERY_CASES.entries()) {
			test(`${name}: ${ready ? "ready" : "not ready"}`, async () => {
				const conditions = conditionsFrom(asks);
				const found = ids((await line.store.ready(conditions, 1000)).batches);
				expect(found.includes(`B${index}-RT1`)).toBe(ready);
				expect(found).toEqual(readyIds(BATCHES, conditions));
				expect(await line.queried(conditions)).toEqual(found);
			});
		}

		test("page after page: every batch once, oldest first, several of one moment parted by id", async () => {
			const all = readyIds(BATCHES, conditionsFrom({}));
			for (const limit of [1, 7, 51, 52, 53]) expect(await paged(line.store, conditionsFrom({}), limit)).toEqual(all);
			expect((await line.store.ready(conditionsFrom({}), 0)).batches).toEqual([]);
			const conditions = conditionsFrom({ past: ["A"] });
			expect(await listed(line.store, conditions)).toEqual(readyIds(BATCHES, conditions));
		});

		test("an event of 1970 puts its batch first, whatever its place; of one moment by creation, then by id", async () => {
			const { store } = collection();
			const early = { ...eventFrom("P+0"), time: new Date("1970-01-01") };
			for (const n of [1, 2, 3, 4, 5, 6]) await store.add(batchFrom(`B${n}-RT1`, { events: [], created: 10 - n }));
			await updateBatch(store, "B1-RT1", (batch) => prepended(batch, early));
			await updateBatch(store, "B2-RT1", (batch) => appended(batch, { ...early, time: new Date("1970-01-02") }));
			await updateBatch(store, "B3-RT1", (batch) => appended(appended(batch, eventFrom("A+2")), early));
			const order = ["B3-RT1", "B1-RT1", "B2-RT1", "B6-RT1", "B5-RT1", "B4-RT1"];
			expect(await listed(store, conditionsFrom({}))).toEqual(order);
			for (const limit of [1, 2, 5]) expect(await paged(store, conditionsFrom({}), limit)).toEqual(order);
		});

		test("an event put before the others counts only by its time", async () => {
			const { store } = collection();
			const batch = batchFrom("B1-RT1", { events: ["A-5", "B+5"] });
			await store.add(prepended(batch, eventFrom("A+5")));
			await store.add(prepended(batchFrom("B2-RT1", { events: ["A-5", "B+5"] }), eventFrom("A+6")));
			expect(ids((await store.ready(conditionsFrom({ past: ["A"] }), 10)).batches)).toEqual(["B2-RT1"]);
			expect(ids((await store.ready(conditionsFrom({ future: ["A"] }), 10)).batches)).toEqual([]);
		});

		test("whatever happened and whatever is asked: as the contract's words have it", async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(plan, { minLength: 1, maxLength: 25 }),
					fc.array(asked, { maxLength: 8 }),
					async (plans, all) => {
						const { store, addAll, queried } = collection();
						const batches = plans.map((it, index) => batchFrom(`B${index}-RT1`, it));
						await addAll(batches);
						for (const conditions of all) {
							const expected = readyIds(batches, conditions);
							expect(ids((await store.ready(conditions, 1000)).batches)).toEqual(expected);
							expect(await paged(store, conditions, 3)).toEqual(expected);
							expect(await queried(conditions)).toEqual(expected);
							expect(ids(batches.filter((batch) => unmet(batch, conditions).length === 0)).toSorted()).toEqual(
								expected.toSorted(),
							);
						}
					},
				),
				{ numRuns: 15 },
			);
		});
	});
}

/** What every adapter of the `BatchStore` port does, told of one adapter. */
export function describeBatchStore(adapter: string, open: OpenAdapter): void {
	describe(`the store of ${adapter}`, () => {
		const { collection } = adapterFor(open);

		test("a batch comes back as it was added, once", async () => {
			const { store } = collection();
			const batch = batchFrom("B400022028241-RT2", { events: ["A+1", "B-2"], created: 1, modified: 2 });
			expect(await store.add(batch)).toBe(true);
			expect(await store.add(batchFrom(batch.id, { events: [] }))).toBe(false);
			expect(await store.find(batch.id)).toEqual(batch);
			expect(await store.find("B9-RT9")).toBeUndefined();
		});

		test("a write counts on the version it was read as", async () => {
			const { store } = collection();
			const batch = batchFrom("B1-RT1", { events: [] });
			await store.add(batch);
			expect(await store.store(appended(batch, eventFrom("A+1")))).toBe(true);
			expect(await store.store(appended(batch, eventFrom("B+1")))).toBe(false);
			expect(await store.find("B1-RT1")).toMatchObject({ version: 1, seen: ["A"] });
			expect(await store.store(batchFrom("B2-RT1", { events: [] }))).toBe(false);
			expect(await store.find("B2-RT1")).toBeUndefined();
		});

		test("a write leaves type and created as they are, and takes everything else", async () => {
			const { store } = collection();
			const batch = batchFrom("B1-RT1", { events: ["A+1"], modified: 2 });
			await store.add(batch);
			const next = claimed(appended({ ...batch, type: "zine", created: at(9) }, eventFrom("B-3")), "Sample");
			expect(await store.store(next)).toBe(true);
			expect(await store.find("B1-RT1")).toEqual({ ...next, type: "paper", created: at(0), version: 1 });
		});

		test("a malformed document is given in its place, the others come all the same", async () => {
			const { store, spoil } = collection();
			for (const n of [1, 2, 3]) await store.add(batchFrom(`B${n}-RT1`, { events: ["A+1"], created: n }));
			await spoil("B2-RT1", "dated");
			const found = await store.find("B2-RT1");
			expect(found !== undefined && !isBatch(found) && found.fault()).toMatchObject({ kind: "data" });
			await expect(requireBatch(store, "B2-RT1")).rejects.toMatchObject({ kind: "data" });
			const page = await store.ready(conditionsFrom({ past: ["A"] }), 5);
			expect(page.batches.map((stored) => [stored.id, isBatch(stored)])).toEqual([
				["B1-RT1", true],
				["B2-RT1", false],
				["B3-RT1", true],
			]);
			expect(await paged(store, conditionsFrom({ past: ["A"] }), 1)).toEqual(["B1-RT1", "B2-RT1", "B3-RT1"]);
			expect((await store.ready(conditionsFrom({ future: ["A"] }), 5)).batches).toEqual([]);
		});

		test("documents without a date in `first_event` come first: once each in a list, and a page goes on behind all of them", async () => {
			const { store, spoil } = collection();
			for (const n of [1, 2, 3, 4]) await store.add(batchFrom(`B${n}-RT1`, { events: [], created: n }));
			for (const n of [2, 4]) await spoil(`B${n}-RT1`, "undated");
			expect(await listed(store, conditionsFrom({}))).toEqual(["B2-RT1", "B4-RT1", "B1-RT1", "B3-RT1"]);
			expect(await paged(store, conditionsFrom({}), 10)).toEqual(["B2-RT1", "B4-RT1", "B1-RT1", "B3-RT1"]);
			expect(await paged(store, conditionsFrom({}), 1)).toEqual(["B2-RT1", "B1-RT1", "B3-RT1"]);
		});

		test("a list of some hundreds, in parts of any size: each batch once, several of one moment parted by id, undated ones first", async () => {
			const { store, addAll, spoil } = collection();
			const all = Array.from({ length: 250 }, (_, n) =>
				batchFrom(`B${n}-RT1`, { events: n % 3 === 0 ? [`A+${(n * 7) % 60}`] : [], created: (n * 11) % 50 }),
			);
			await addAll(all);
			const undated = ["B117-RT1", "B17-RT1", "B200-RT1"];
			for (const id of undated) await spoil(id, "undated");
			const dated = all.filter(({ id }) => !undated.includes(id));
			const every = [...undated, ...readyIds(dated, conditionsFrom({}))];
			for (const limit of [60, 1000]) {
				expect({ limit, found: await paged(store, conditionsFrom({}), limit) }).toEqual({ limit, found: every });
			}
			const some = conditionsFrom({ past: ["A"], future: ["B"] });
			// B117-RT1 keeps its derived fields.
			const found = ["B117-RT1", ...readyIds(dated, some)];
			expect(await paged(store, some, 30)).toEqual(found);
		});

		test("room: what a document may still have; more than it may have is refused, and nothing is stored", async () => {
			const { store } = collection();
			const small = batchFrom("B1-RT1", { events: [] });
			const bytes = 1024 * 1024;
			const grown = (batch: Batch) => appended(batch, { ...eventFrom("A+1"), details: "x".repeat(bytes) });
			expect(store.room(small) - store.room(grown(small))).toBeWithin(bytes, bytes + 1000);
			await store.add(small);
			let full = small;
			while (store.room(full) >= 0) full = grown(full);
			const refused = {
				kind: "failed",
				message: expect.stringMatching(/^B1-RT1: its events would be larger than \d+ bytes; nothing was stored$/),
			};
			await expect(store.store(full)).rejects.toMatchObject(refused);
			expect(await store.find("B1-RT1")).toEqual(small);
		});

		test("the round trips of a batch, and the batches with outgoing events of a component", async () => {
			const { store } = collection();
			for (const id of ["B1-RT1", "B1-RT2", "B1-RT12", "B12-RT1"]) await store.add(batchFrom(id, { events: [] }));
			const trips = ids(batchesIn(await store.roundTrips("1"))).toSorted();
			expect(trips).toEqual(["B1-RT1", "B1-RT12", "B1-RT2"]);
			expect(await store.roundTrips("2")).toEqual([]);
			const outgoing = { key: "k", component: "Sample", to: "B1-RT2", event: eventFrom("A+1") };
			const sent = { ...eventFrom("A+1"), from: "k" };
			await updateBatch(store, "B1-RT1", (batch) => withOutgoing(batch, [outgoing]));
			expect(await store.withOutgoing("Sample")).toEqual(["B1-RT1"]);
			expect(await store.withOutgoing("Other")).toEqual([]);
			await updateBatch(store, "B1-RT2", (batch) => receiving(batch, outgoing));
			await updateBatch(store, "B1-RT2", (batch) => receiving(batch, outgoing));
			expect((await requireBatch(store, "B1-RT2")).events).toEqual([sent]);
			await updateBatch(store, "B1-RT1", (batch) => withoutOutgoing(batch, new Set(["k"])));
			expect(await store.withOutgoing("Sample")).toEqual([]);
		});

		test("a signal ends what is asked", async () => {
			const { store } = collection();
			const stopped = AbortSignal.abort(new Error("stopped"));
			const batch = batchFrom("B1-RT1", { events: [] });
			await expect(store.find("B1-RT1", stopped)).rejects.toThrow("stopped");
			await expect(store.ready(conditionsFrom({}), 5, undefined, stopped)).rejects.toThrow("stopped");
			await expect(store.add(batch, stopped)).rejects.toThrow("stopped");
			await expect(store.store(batch, stopped)).rejects.toThrow("stopped");
			await expect(store.all(conditionsFrom({}), stopped)[Symbol.asyncIterator]().next()).rejects.toThrow("stopped");
		});

		test("twenty clients at once, each on a batch of its own: nothing is lost", async () => {
			const { store, client } = collection();
			const clients = Array.from({ length: 20 }, client);
			await Promise.all(
				clients.map(async (own, c) => {
					await own.add(batchFrom(`B${c}-RT1`, { events: [] }));
					for (let n = 1; n <= 5; n += 1) {
						await updateBatch(own, `B${c}-RT1`, (batch) => appended(batch, eventFrom(`E${n}+${n}`)));
					}
				}),
			);
			const all = batchesIn((await store.ready(conditionsFrom({ past: ["E1", "E5"] }), 100)).batches);
			expect(all.map(({ events, version }) => [events.length, version])).toEqual(
				Array.from({ length: 20 }, () => [5, 5]),
			);
		});
	});
}

/**
 * What an adapter does whose compare-and-set is one step. FerretDB 1.x reads and writes in two, whatever the filter
 * says in between.
 */
export function describeCompareAndSet(adapter: string, open: OpenAdapter): void {
	describe(`many at one batch of ${adapter}`, () => {
		const { collection } = adapterFor(open);

		test("twenty clients, ten events each: nothing is lost, nothing is done twice", async () => {
			const { store, client } = collection();
			await store.add(batchFrom("B1-RT1", { events: [] }));
			const clients = Array.from({ length: 20 }, client);
			await Promise.all(
				clients.map(async (own, c) => {
					for (let n = 0; n < 10; n += 1) {
						await updateBatch(own, "B1-RT1", (batch) => appended(batch, eventFrom(`E${c}x${n}+${n}`)));
					}
				}),
			);
			const batch = await requireBatch(store, "B1-RT1");
			expect([batch.version, batch.events.length, batch.seen.length]).toEqual([200, 200, 200]);
		});

		test("ten clients take it, one after the other in whatever order: only the last may record", async () => {
			const { store, client } = collection();
			await store.add(batchFrom("B1-RT1", { events: [] }));
			const clients = Array.from({ length: 10 }, client);
			const claims = await Promise.all(
				clients.map(async (own) => (await updateBatch(own, "B1-RT1", (batch) => claimed(batch, "A"))).claim),
			);
			expect(claims.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
			const results = await Promise.allSettled(
				clients.map(async (own, c) => {
					const claim = claims[c] ?? 0;
					await updateBatch(own, "B1-RT1", (batch) =>
						recorded(batch, { component: "A", claim }, eventFrom(`E${claim}+1`)),
					);
				}),
			);
			expect(results.map(({ status }) => status === "fulfilled")).toEqual(claims.map((claim) => claim === 10));
			for (const result of results)
				if (result.status === "rejected") expect(result.reason).toMatchObject({ kind: "lost" });
			expect((await requireBatch(store, "B1-RT1")).seen).toEqual(["E10"]);
		});
	});
}
