import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Document, ObjectId, UUID } from "mongodb";
import { Secret } from "../../src/base/secret.ts";
import { integralTangles } from "../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { type Mongo, openMongo } from "../../src/servers/mongo/connection.ts";
import { MongoTanglePages } from "../../src/servers/mongo/tangle-pages.ts";
import { inRange, TangleRanges } from "../../src/servers/mongo/tangle-ranges.ts";
import { MongoTangleReader } from "../../src/servers/mongo/tangle-reader.ts";
import { MongoTangleStore } from "../../src/servers/mongo/tangle-store.ts";
import { MongoTangleTable } from "../../src/servers/mongo/tangle-table.ts";
import { secondsOfTcn } from "../../src/servers/mongo/tangle-times.ts";
import { keptLog } from "../support/config-folder.ts";
import { dropDatabase } from "../support/drop-database.ts";
import { shared } from "../support/servers.ts";
import { tanglesUpTo } from "../support/tangle-sets.ts";

const TCN = 7;
const TO_A_RANGE = 100;
const NEVER = new AbortController().signal;
const COLLECTION = "tangles";
/** Ids that no tool makes by itself, as a person may have. */
const OTHER_IDS: readonly unknown[] = ["mine", "", 7, -0.5, true, new Date(0), new UUID()];

let sets: readonly TangleFields[][] = [];
beforeAll(async () => {
	sets = await tanglesUpTo(TCN + 1);
});

for (const [engine, address] of [
	["MongoDB", shared.mongo],
	["FerretDB", shared.ferretdb],
] as const) {
	describe(`ranges in ${engine}`, () => {
		let mongo: Mongo;
		let ranges: TangleRanges;
		let documents: (TangleFields & { _id: ObjectId })[] = [];

		beforeAll(async () => {
			const database = `t${crypto.randomUUID()}`;
			mongo = openMongo({ uri: new Secret(address()), address: "test", database }, 180_000, keptLog());
			ranges = new TangleRanges(mongo, COLLECTION, TO_A_RANGE);
			// In the order of no field; two in three of the ids of one second, the others far apart.
			const stored = [...(sets[TCN] ?? []), ...(sets[TCN - 1] ?? [])].toSorted((a, b) =>
				Bun.hash(a.notation) < Bun.hash(b.notation) ? -1 : 1,
			);
			documents = stored.map((tangle, at) => ({ _id: idOf(at % 3 === 0 ? at * 1e6 : 1e9, at), ...tangle }));
			const collection = mongo.db.collection<TangleFields & { _id: ObjectId }>(COLLECTION);
			await collection.createIndex({ notation: 1 }, { unique: true });
			await collection.createIndex({ TCN: 1, is_good: 1, _id: 1 });
			await collection.createIndex({ TCN: 1, _id: 1 });
			await collection.insertMany(documents);
		});
		afterAll(async () => {
			await dropDatabase(mongo.db);
			await mongo.close();
		});

		const inOrder = () => documents.filter((it) => it.TCN === TCN).toSorted((a, b) => (a._id < b._id ? -1 : 1));
		const withOthers = async (others: readonly object[], check: () => Promise<void>) => {
			const { insertedIds } = await mongo.db.collection<Document>(COLLECTION).insertMany(others);
			try {
				await check();
			} finally {
				await mongo.db.collection<Document>(COLLECTION).deleteMany({ _id: { $in: Object.values(insertedIds) } });
			}
		};

		test("of more tangles than the most ranges take, the ranges are wider, and still have each document", async () => {
			const some = await new TangleRanges(mongo, COLLECTION, 10, 3).ofIds(TCN);
			const ofObjectIds = some.filter((range) => [range?.$gt, range?.$lte].some((end) => end instanceof ObjectId));
			expect(ofObjectIds.length).toBe(3);
			const filters = some.map((range) => inRange({ TCN }, "_id", range));
			const collection = mongo.db.collection(COLLECTION);
			const counts = await Promise.all(filters.map((filter) => collection.countDocuments(filter)));
			expect(counts.reduce((sum, count) => sum + count, 0)).toBe(inOrder().length);
		});

		test("a worker reads its pages in ranges that have little more than a page", async () => {
			const name = `${COLLECTION}-pages`;
			const stored = (sets[TCN + 1] ?? []).map((tangle, at) => ({ _id: idOf(1e9, at), ...tangle }));
			await mongo.db.collection<Document>(name).insertMany(stored);
			const ranges = await TangleRanges.forPages(mongo, name).ofIds(TCN + 1);
			for (const range of ranges) {
				const filter = inRange({ TCN: TCN + 1 }, "_id", range);
				expect(await mongo.db.collection(name).countDocuments(filter)).toBeLessThan(1500);
			}
			const store = new MongoTangleStore(mongo, name);
			for (let at = 0; at < stored.length; at += 500) {
				const id = `${stored[at]?._id}`;
				const page = await store.page({ id, tcn: TCN + 1, goodOnly: false, size: 500 }, NEVER);
				expect(page.map(({ notation }) => notation)).toEqual(
					stored.slice(at, at + 500).map(({ notation }) => notation),
				);
			}
		});

		test("each document is in one range, none has many more than it should, and they are in order", async () => {
			const found: string[] = [];
			for (const range of await ranges.ofIds(TCN)) {
				const some = await mongo.db
					.collection(COLLECTION)
					.find(inRange({ TCN }, "_id", range))
					.toArray();
				expect(some.length).toBeLessThan(3 * TO_A_RANGE);
				found.push(...some.map(({ _id }) => `${_id}`).toSorted());
			}
			expect(found).toEqual(inOrder().map(({ _id }) => `${_id}`));
			let notations = 0;
			for (const range of await ranges.ofNotations(TCN)) {
				const count = await mongo.db.collection(COLLECTION).countDocuments(inRange({}, "notation", range));
				expect(count).toBeLessThan(3 * TO_A_RANGE);
				notations += count;
			}
			expect(notations).toBe(documents.length);
		});

		test("page starts and pages are those of one list, wherever a range ends", async () => {
			const pages = new MongoTanglePages(mongo, COLLECTION, NEVER, ranges);
			const store = new MongoTangleStore(mongo, COLLECTION, ranges);
			for (const [goodOnly, size] of [
				[false, 59],
				[true, 137],
			] as const) {
				const list = inOrder().filter(({ is_good }) => is_good || !goodOnly);
				const starts = await pages.find(TCN, goodOnly, size);
				expect(starts.length).toBe(Math.ceil(list.length / size));
				for (let at = 0; at < starts.length; at += 1) {
					const page = list.slice(at * size, (at + 1) * size);
					expect(starts.at(at)).toBe(`${page[0]?._id}`);
					const id = starts.at(at);
					const tangles = await store.page({ id, tcn: TCN, goodOnly, size }, NEVER);
					expect(tangles.map(({ notation }) => notation)).toEqual(page.map(({ notation }) => notation));
				}
			}
		});

		test("a pass by notation has all of them in order, from any place on", async () => {
			const table = new MongoTangleTable(mongo, COLLECTION, ranges);
			const query = { from_tcn: TCN - 1, to_tcn: TCN, positivity: ["neutral", "positive"], good: true } as const;
			const wanted = documents
				.filter(({ is_good, positivity }) => is_good && positivity !== "negative")
				.map(({ notation }) => notation)
				.toSorted();
			for (const at of [-1, 0, 111, wanted.length - 1]) {
				const found: string[] = [];
				for await (const batch of table.byNotation(query, wanted[at])) found.push(...batch.map((it) => it.notation));
				expect(found).toEqual(wanted.slice(at + 1));
			}
		});

		test("how long a TCN took is told by what its jobs stored, not by the integral tangles of the beginning", async () => {
			const times = `${COLLECTION}-times`;
			const secondsBefore = await secondsOfTcn(mongo, times, TCN);
			const integral = integralTangles().filter((tangle) => tangle.TCN === TCN);
			const names = new Set(integral.map(({ notation }) => notation));
			const grafted = (sets[TCN] ?? []).filter(({ notation }) => !names.has(notation));
			const all = [...integral, ...grafted];
			await mongo.db
				.collection<Document>(times)
				.insertMany(all.map((tangle, at) => ({ _id: idOf(names.has(tangle.notation) ? 1 : 1e6 + at, at), ...tangle })));
			const seconds = await secondsOfTcn(mongo, times, TCN);
			expect({ integral: integral.length, secondsBefore, seconds }).toEqual({
				...{ integral: 4, secondsBefore: null, seconds: grafted.length - 1 },
			});
		});

		test("an id that is no ObjectId is passed over by no long read", async () => {
			const strangers = (sets[TCN + 1] ?? []).slice(0, OTHER_IDS.length);
			await withOthers(
				strangers.map((stranger, at) => ({ ...stranger, _id: OTHER_IDS[at], TCN })),
				async () => {
					const read: string[] = [];
					const reader = new MongoTangleReader(mongo, COLLECTION, ranges);
					for (const part of await reader.parts(TCN)) {
						for await (const batch of reader.of(TCN, part)) read.push(...batch.map(({ notation }) => notation));
					}
					expect(read.length).toBe(inOrder().length + strangers.length);
					expect(read).toEqual(expect.arrayContaining(strangers.map(({ notation }) => notation)));
					const pages = new MongoTanglePages(mongo, COLLECTION, NEVER, ranges);
					await expect(pages.find(TCN, false, 100)).rejects.toThrow("_id is not an ObjectId");
				},
			);
		});

		test("a notation that is no text is passed over by no export", async () => {
			const table = new MongoTangleTable(mongo, COLLECTION, ranges);
			const query = { from_tcn: TCN - 1, to_tcn: TCN, positivity: ["neutral"], good: false } as const;
			for (const notation of [7, null]) {
				await withOthers([{ notation, TCN, is_good: true, positivity: "neutral" }], async () => {
					const read = async () => {
						for await (const batch of table.byNotation(query, undefined)) expect(batch).not.toBeEmpty();
					};
					await expect(read()).rejects.toThrow("notation");
				});
			}
		});
	});
}

function idOf(seconds: number, at: number): ObjectId {
	return new ObjectId(Math.round(seconds).toString(16).padStart(8, "0") + at.toString(16).padStart(16, "0"));
}
