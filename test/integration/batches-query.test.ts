import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Conditions } from "../../src/line/batches/batch.ts";
import { requireBatch } from "../../src/line/batches/change.ts";
import { unmet } from "../../src/line/batches/conditions.ts";
import { prepended } from "../../src/line/batches/events.ts";
import { type Place, placeInOrder } from "../../src/line/batches/malformed.ts";
import { filterOf, OLDEST_FIRST, type QueriedBatch } from "../../src/servers/mongo/batch-query.ts";
import type { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import { type BatchPlan, batchFrom, conditionsFrom, eventFrom, isReady, readyIds } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";
import { QUERY_CASES } from "../support/query-cases.ts";

const never = new AbortController().signal;
const ids = (batches: readonly { readonly id: string }[]) => batches.map(({ id }) => id);

/** Created in an order that is neither that of the ids nor that of adding; several at one moment. */
const batchOfCase = (plan: BatchPlan, index: number) =>
	batchFrom(`B${index}-RT1`, { ...plan, created: (index * 7) % 10 });
const BATCHES = QUERY_CASES.map(batchOfCase);

/** All that is ready, asked for by `limit` at a time. */
async function paged(store: MongoBatchStore, conditions: Conditions, limit: number): Promise<string[]> {
	const found: string[] = [];
	for (let after: Place | undefined; ; ) {
		const page = await store.ready(conditions, limit, after);
		expect(page.length).toBeLessThanOrEqual(limit);
		found.push(...ids(page));
		after = page.map(placeInOrder).at(-1);
		if (page.length < limit) return found;
	}
}

test("the table has enough in it, and the reference reads it as a person did", () => {
	expect(QUERY_CASES.length).toBeGreaterThanOrEqual(40);
	for (const [index, { name, asks, ready }] of QUERY_CASES.entries()) {
		const batch = batchOfCase(QUERY_CASES[index] ?? { events: [] }, index);
		const conditions = conditionsFrom(asks);
		expect({ name, ready: isReady(batch, conditions) }).toEqual({ name, ready });
		expect({ name, ready: unmet(batch, conditions).length === 0 }).toEqual({ name, ready });
	}
});

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
	...{ past: names, future: names, old: names },
	types: fc.subarray(["paper", "zine", "map"]),
});

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`on ${engine}`, () => {
		let library: Library;
		let store: MongoBatchStore;
		beforeAll(async () => {
			library = await Library.create(uri());
			store = library.store();
			for (const batch of BATCHES) expect(await store.add(batch)).toBe(true);
		});
		afterAll(async () => await library[Symbol.asyncDispose]());

		/** What the server itself gives: the store would drop what it gave too much. */
		const answered = async (collection: string, conditions: Conditions) => {
			const documents = library.batches.db.collection<QueriedBatch>(collection);
			return (await documents.find(filterOf(conditions), { sort: OLDEST_FIRST }).toArray()).map(({ _id }) => _id);
		};

		for (const [index, { name, asks, ready }] of QUERY_CASES.entries()) {
			test(`${name}: ${ready ? "ready" : "not ready"}`, async () => {
				const conditions = conditionsFrom(asks);
				const found = ids(await store.ready(conditions, 1000));
				expect(found.includes(`B${index}-RT1`)).toBe(ready);
				expect(found).toEqual(readyIds(BATCHES, conditions));
				expect(await answered("batches", conditions)).toEqual(found);
			});
		}

		test("page after page: every batch once, oldest first, several of one moment parted by id", async () => {
			const all = readyIds(BATCHES, conditionsFrom({}));
			for (const limit of [1, 7, 51, 52, 53]) expect(await paged(store, conditionsFrom({}), limit)).toEqual(all);
			expect(await store.ready(conditionsFrom({}), 0)).toEqual([]);
			const listed: string[] = [];
			for await (const page of store.all(conditionsFrom({ past: ["A"] }), never)) listed.push(...ids(page));
			expect(listed).toEqual(readyIds(BATCHES, conditionsFrom({ past: ["A"] })));
		});

		test("an event put before the others counts only by its time", async () => {
			const own = library.store(uri(), "prepended");
			const batch = batchFrom("B1-RT1", { events: ["A-5", "B+5"] });
			await own.add(prepended(batch, eventFrom("A+5")));
			await own.add(prepended(batchFrom("B2-RT1", { events: ["A-5", "B+5"] }), eventFrom("A+6")));
			expect(ids(await own.ready(conditionsFrom({ past: ["A"] }), 10))).toEqual(["B2-RT1"]);
			expect(ids(await own.ready(conditionsFrom({ future: ["A"] }), 10))).toEqual([]);
		});

		test("whatever happened and whatever is asked: as the contract's words have it", async () => {
			let round = 0;
			await fc.assert(
				fc.asyncProperty(
					fc.array(plan, { minLength: 1, maxLength: 25 }),
					fc.array(asked, { maxLength: 8 }),
					async (plans, all) => {
						round += 1;
						const own = library.store(uri(), `round${round}`);
						const batches = plans.map((it, index) => batchFrom(`B${index}-RT1`, it));
						await library.bulk(uri(), `round${round}`).add(batches, never);
						for (const conditions of all) {
							const expected = readyIds(batches, conditions);
							expect(ids(await own.ready(conditions, 1000))).toEqual(expected);
							expect(await paged(own, conditions, 3)).toEqual(expected);
							expect(await answered(`round${round}`, conditions)).toEqual(expected);
							expect(ids(batches.filter((batch) => unmet(batch, conditions).length === 0)).toSorted()).toEqual(
								expected.toSorted(),
							);
						}
					},
				),
				{ numRuns: 15 },
			);
		});

		test("derived fields that somebody else wrote do not make a batch ready, and it does not end the page", async () => {
			const own = library.store(uri(), "stale");
			for (const id of ["B1-RT1", "B2-RT1", "B3-RT1"]) await own.add(batchFrom(id, { events: ["A-1"], created: 1 }));
			await own.add(batchFrom("B4-RT1", { events: ["A+1"], created: 2 }));
			const documents = library.batches.db.collection<{ _id: string }>("stale");
			await documents.updateMany({ _id: { $ne: "B4-RT1" } }, { $set: { succeeded: ["A"] } });
			expect(ids(await own.ready(conditionsFrom({ past: ["A"] }), 1))).toEqual(["B4-RT1"]);
			expect(ids(await own.ready(conditionsFrom({ past: ["A"] }), 2))).toEqual(["B4-RT1"]);
			expect((await requireBatch(own, "B1-RT1")).succeeded).toEqual([]);
		});
	});
}
