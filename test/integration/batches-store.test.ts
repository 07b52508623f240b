import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Collection, ObjectId } from "mongodb";
import { isFault } from "../../src/base/fault.ts";
import { requireBatch, updateBatch } from "../../src/line/batches/change.ts";
import { claimed } from "../../src/line/batches/claim.ts";
import { documentOf } from "../../src/line/batches/document.ts";
import { appended, touched } from "../../src/line/batches/events.ts";
import { isBatch, type Place } from "../../src/line/batches/malformed.ts";
import { ListCuts, listSampleOf } from "../../src/servers/mongo/batch-cuts.ts";
import { engineOf } from "../../src/servers/mongo/health.ts";
import { at, batchFrom, conditionsFrom, eventFrom } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";
import { shared } from "../support/servers.ts";

const never = new AbortController().signal;
const ids = (batches: readonly { readonly id: string }[]) => batches.map(({ id }) => id);

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`the store on ${engine}`, () => {
		let library: Library;
		beforeAll(async () => {
			library = await Library.create(uri());
		});
		afterAll(async () => await library[Symbol.asyncDispose]());

		/** A store on a collection of the test's own, and what is in it. */
		function own() {
			const name = `c${crypto.randomUUID()}`;
			return {
				store: library.store(uri(), name),
				documents: library.batches.db.collection<{ _id: string }>(name),
				name,
			};
		}

		test("a batch's document is the contract's", async () => {
			const { store, documents } = own();
			const batch = batchFrom("B400022028241-RT2", { events: ["A+1", "B-2"], created: 1, modified: 2 });
			expect(await store.add(batch)).toBe(true);
			expect<object | null>(await documents.findOne()).toEqual({
				...{ _id: "B400022028241-RT2", batch_id: "400022028241", round_trip: 2, type: "paper" },
				...{ created: at(1), modified: at(2), touched: { time: at(2), version: 1 } },
				events: [
					{ type: "A", success: true, time: at(1), agent: "test-1.0", details: "A+1" },
					{ type: "B", success: false, time: at(2), agent: "test-1.0", details: "B-2" },
				],
				...{ succeeded: ["A"], reached: ["A"], seen: ["A", "B"], current: ["B"], claim: 0, takers: [], version: 0 },
				first_event: at(1),
				writers: { w0: expect.any(String) },
			});
		});

		test("a stopped batch that was written before `reached` was, is left out all the same", async () => {
			const { store, documents } = own();
			await store.add(batchFrom("B1-RT1", { events: ["A+1", "S+2"] }));
			await store.add(batchFrom("B2-RT1", { events: ["A+1"] }));
			await documents.updateMany({}, { $unset: { reached: "" } });
			const conditions = conditionsFrom({ past: ["A"], unless: ["S"] });
			expect(ids((await store.ready(conditions, 1)).batches)).toEqual(["B2-RT1"]);
		});

		test("fields of others stay, in events too; what a write does not own stays", async () => {
			const { store, documents } = own();
			await store.add(batchFrom("B1-RT1", { events: ["A+1", "B+2"] }));
			const theirs = {
				note: { any: "thing" },
				"events.0.id": 7,
				"events.1.details": { lines: 3 },
				"events.0.agent": null,
			};
			await documents.updateOne({ _id: "B1-RT1" }, { $set: theirs, $unset: { "events.0.details": "" } });
			const read = await requireBatch(store, "B1-RT1");
			expect(read.events.map(({ agent, details }) => [agent, details])).toEqual([
				["", ""],
				["test-1.0", '{"lines":3}'],
			]);
			await updateBatch(store, "B1-RT1", (batch) => touched(appended(batch, eventFrom("C+3")), at(9)));
			const document = await documents.findOne<{ modified: Date; created: Date }>();
			expect([document?.modified, document?.created]).toEqual([at(9), at(0)]);
			expect(document).toMatchObject({
				note: { any: "thing" },
				events: [{ type: "A", id: 7, agent: null }, { type: "B", details: { lines: 3 } }, { type: "C" }],
				...{ seen: ["A", "B", "C"], current: [] },
			});
		});

		test.each<[string, Record<string, unknown>, string]>([
			["no events", { events: null }, "events is not a list of events (found null)"],
			["an event that is none", { events: [1] }, "events.0 is not an event (found 1)"],
			["an event without a type", { "events.0.type": "" }, 'events.0.type is empty (found "")'],
			[
				"an event of no outcome",
				{ "events.0.success": "yes" },
				'events.0.success is neither true nor false (found "yes")',
			],
			["a time that is a text", { "events.0.time": "2026-01-01" }, 'events.0.time is not a date (found "2026-01-01")'],
			["no time of change", { modified: null }, "modified is not a date (found null)"],
			["a claim that is no number", { claim: "1" }, 'claim is not a whole number from 0 on (found "1")'],
			["a version with a fraction", { version: 1.5 }, "version is not a whole number from 0 on (found 1.5)"],
			["a type that is no text", { type: 7 }, "type is not a text (found 7)"],
			["another's batch id", { batch_id: "2" }, 'batch_id is not "1" as in _id (found "2")'],
			["a batch id that is a number", { batch_id: 1 }, 'batch_id is not "1" as in _id (found 1)'],
			["another round trip", { round_trip: 2 }, "round_trip is not 1 as in _id (found 2)"],
			["takers that are no list", { takers: "x" }, 'takers is not a list of takers (found "x")'],
			["several at once", { type: 7, version: -1 }, "type is not a text (found 7); version is not a whole number"],
		])("%s: malformed, with collection, _id and field; the others come all the same", async (_, fields, says) => {
			const { store, documents, name } = own();
			await store.add(batchFrom("B1-RT1", { events: ["A+1"] }));
			await store.add(batchFrom("B2-RT1", { events: ["A+1"] }));
			await documents.updateOne({ _id: "B1-RT1" }, { $set: fields });
			const thrown: unknown = await requireBatch(store, "B1-RT1").catch((error: unknown) => error);
			if (!isFault(thrown, "data")) throw new Error("expected a fault of kind data", { cause: thrown });
			expect(thrown.message).toContain(`.${name}: document _id "B1-RT1": ${says}`);
			const page = await store.ready(conditionsFrom({ past: ["A"] }), 5);
			expect(page.batches.map((stored) => [stored.id, isBatch(stored)])).toEqual([
				["B1-RT1", false],
				["B2-RT1", true],
			]);
		});

		test("documents without a date in `first_event`, and with ids of other types: each comes once, page after page", async () => {
			const { store, documents } = own();
			const strange = documents as unknown as Collection<{ _id: unknown; created: unknown }>;
			const noDates = ["2026-01-01", null, 7, true].map((created, n) => ({ _id: `Bx${n}-RT1`, created }));
			const noTexts = [5, new ObjectId(), { a: 1 }].map((_id) => ({ _id, created: at(3) }));
			await strange.insertMany([...noDates, ...noTexts]);
			for (let n = 0; n < 6; n += 1) await store.add(batchFrom(`B${n}-RT1`, { events: [], created: n }));
			const good = Array.from({ length: 6 }, (_, n) => `B${n}-RT1`);
			const listed: string[] = [];
			for await (const page of store.all(conditionsFrom({}), never)) listed.push(...page.map(({ id }) => id));
			expect(new Set(listed).size).toBe(13);
			expect(listed.length).toBe(13);
			expect(listed.filter((id) => good.includes(id))).toEqual(good);
			for (const limit of [1, 2, 3, 5, 20]) {
				const seen: string[] = [];
				for (let after: Place | undefined; ; ) {
					const page = await store.ready(conditionsFrom({}), limit, after);
					seen.push(...page.batches.filter(isBatch).map(({ id }) => id));
					after = page.next;
					if (after === undefined) break;
				}
				expect({ limit, seen }).toEqual({ limit, seen: good });
			}
		});

		test("what other programs have added stands in a long list once, whatever they have in `first_event`", async () => {
			const { documents, store, name } = own();
			const ours = Array.from({ length: 300 }, (_, n) => batchFrom(`B${n}-RT1`, { events: [], created: n % 70 }));
			await library.bulk(uri(), name).add(ours, never);
			const values = [undefined, null, "2026-01-31", 1_767_225_600_000, true];
			const others = Array.from({ length: 20 }, (_, n) => {
				const first_event = values[n % values.length];
				return { ...documentOf(batchFrom(`Bx${n}-RT1`, { events: [], created: n })), first_event };
			});
			const plain = others.map(({ succeeded, seen, current, first_event, ...rest }) => ({
				...rest,
				...(first_event !== undefined && { first_event }),
			}));
			await documents.insertMany(plain);
			const page = ids((await store.ready(conditionsFrom({}), 25)).batches);
			expect(page.slice(0, 20).toSorted()).toEqual(plain.map(({ _id }) => _id).toSorted());
			expect(page.slice(20)).toEqual(
				ids(ours.filter(({ created }) => +created === +at(0)))
					.toSorted()
					.slice(0, 5),
			);
		});

		test("the ranges of a list have each batch once; the first has little more than is asked for", async () => {
			const { documents, name } = own();
			const mongo = library.mongo();
			const batches = Array.from({ length: 1000 }, (_, n) => batchFrom(`B${n}-RT1`, { events: [], created: n % 400 }));
			await library.bulk(uri(), name).add(batches, never);
			const cuts = new ListCuts(mongo, name);
			const from = { $gt: at(99) };
			const lists = [
				...[10, 50, 150].map((limit) => ({ range: {}, descending: false, limit })),
				...[10, 100].map((limit) => ({ range: from, descending: true, limit })),
			];
			for (const list of lists) {
				const ranges = await cuts.ranges(list, never);
				if (!(await engineOf(mongo)).goesAlongIndexes) {
					// Each question is as dear there as all.
					expect(ranges).toEqual([]);
					continue;
				}
				const found: number[] = [];
				for (const range of ranges) {
					const some = await documents
						.find({ first_event: range } as object, { projection: { first_event: 1 } })
						.toArray();
					found.push(
						...some.map((it) => +(it as unknown as { first_event: Date }).first_event).toSorted((a, b) => a - b),
					);
					if (range === ranges[0]) expect(found.length).toBeWithin(list.limit / 4, list.limit + 200);
				}
				const right = batches.filter(({ created }) => (list.range === from ? created > from.$gt : true));
				expect(found.toSorted((a, b) => a - b)).toEqual(right.map(({ created }) => +created).toSorted((a, b) => a - b));
				const steps = ranges.map(({ $gte, $gt, $lt }) => [$gte ?? $gt, $lt]);
				const inOrder = list.descending ? steps.toReversed() : steps;
				expect(inOrder.slice(1).map(([low]) => low)).toEqual(inOrder.slice(0, -1).map(([, high]) => high));
			}
		});

		test("a long read is cut at every batch of a sample, however many there are", async () => {
			const { documents, name } = own();
			const times = Array.from({ length: 600 }, (_, n) => at(n));
			const sampleOf = (n: number) => (n % 150 === 0 ? 3 : 2);
			await documents.insertMany(
				times.map((first_event, n) => ({ _id: `B${n}-RT1`, first_event, list_sample: sampleOf(n) })),
			);
			const mongo = library.mongo();
			const ranges = await new ListCuts(mongo, name).evenRanges(2);
			// Where one question may ask for all there are no ranges.
			if ((await engineOf(mongo)).knowsCounts) return expect(ranges).toEqual([]);
			const cuts = ranges.flatMap(({ $gte }) => ($gte instanceof Date ? +$gte : []));
			expect(cuts.filter((time) => time >= +at(0)).toSorted((a, b) => a - b)).toEqual(
				times.filter((_, n) => sampleOf(n) === 2).map(Number),
			);
		});

		test("derived fields that are missing are no fault, and the next write makes them", async () => {
			const { store, documents } = own();
			await store.add(batchFrom("B1-RT1", { events: ["A+1"] }));
			await documents.updateOne({ _id: "B1-RT1" }, { $unset: { succeeded: "", seen: "", current: "", writers: "" } });
			expect(await store.find("B1-RT1")).toMatchObject({ succeeded: ["A"], seen: ["A"] });
			await updateBatch(store, "B1-RT1", (batch) => claimed(batch, "A"));
			expect(await documents.findOne<object>()).toMatchObject({ succeeded: ["A"], seen: ["A"], current: ["A"] });
		});

		test("whoever adds a batch or writes it notes the sample that it is in", async () => {
			const { store, documents, name } = own();
			const all = Array.from({ length: 100 }, (_, n) => `B${n}-RT1`);
			const [added = "", imported = "", written = ""] = all.filter((id) => listSampleOf(id) !== undefined);
			await store.add(batchFrom(added, { events: [] }));
			await library.bulk(uri(), name).add(
				[imported, written].map((id) => batchFrom(id, { events: [] })),
				never,
			);
			await documents.updateOne({ _id: written }, { $unset: { list_sample: "" } });
			await updateBatch(store, written, (batch) => appended(batch, eventFrom("A+1")));
			await store.add(batchFrom(all.find((id) => listSampleOf(id) === undefined) ?? "", { events: [] }));
			const noted = await documents.find({ list_sample: { $exists: true } } as object).toArray();
			expect(ids(noted.map(({ _id }) => ({ id: _id }))).toSorted()).toEqual([added, imported, written].toSorted());
		});

		test("more than a document may have is refused, and nothing is stored", async () => {
			const { store, documents } = own();
			// Short enough to stay in the document.
			const details = "x".repeat(2000);
			await store.add(batchFrom("B1-RT1", { events: [] }));
			const grow = async (id: string) =>
				await updateBatch(store, id, (batch) =>
					Array.from({ length: 8000 }).reduce<typeof batch>(
						(so) => appended(so, { ...eventFrom("A+1"), details }),
						batch,
					),
				);
			await expect(grow("B1-RT1")).rejects.toMatchObject({
				kind: "failed",
				message: "B1-RT1: its events would be larger than 15728640 bytes; nothing was stored",
			});
			expect(await documents.findOne<object>()).toMatchObject({ version: 0, events: [] });
		});

		test("of many, those that are there are left alone", async () => {
			const { store, documents, name } = own();
			const bulk = library.bulk(uri(), name);
			await store.add(batchFrom("B1-RT1", { events: ["A+1"] }));
			const four = ["B1-RT1", "B2-RT1", "B3-RT1", "B2-RT1"].map((id, n) => batchFrom(id, { events: [], created: n }));
			expect(await bulk.taken(["B1-RT1", "B2-RT1"], never)).toEqual(new Set(["B1-RT1"]));
			expect(await bulk.add(four, never)).toBe(2);
			expect(await bulk.add(four, never)).toBe(0);
			expect(await bulk.add([], never)).toBe(0);
			expect(await documents.countDocuments()).toBe(3);
			expect((await requireBatch(store, "B1-RT1")).seen).toEqual(["A"]);
			expect((await requireBatch(store, "B2-RT1")).created).toEqual(at(1));
		});

		test("derived fields that somebody else wrote do not make a batch ready, and it does not end the page", async () => {
			const { store, documents } = own();
			for (const id of ["B1-RT1", "B2-RT1", "B3-RT1"]) await store.add(batchFrom(id, { events: ["A-1"], created: 1 }));
			await store.add(batchFrom("B4-RT1", { events: ["A+1"], created: 2 }));
			await documents.updateMany({ _id: { $ne: "B4-RT1" } }, { $set: { succeeded: ["A"] } });
			expect(ids((await store.ready(conditionsFrom({ past: ["A"] }), 1)).batches)).toEqual(["B4-RT1"]);
			expect(ids((await store.ready(conditionsFrom({ past: ["A"] }), 2)).batches)).toEqual(["B4-RT1"]);
			expect((await requireBatch(store, "B1-RT1")).succeeded).toEqual([]);
		});
	});
}

// Not on FerretDB 1.x: its update reads and writes in two steps, whatever the filter says in between.
test("the names of the last 32 writes are in the document, whoever made them", async () => {
	await using library = await Library.create(shared.mongo());
	const clients = Array.from({ length: 4 }, () => library.store());
	await library.store().add(batchFrom("B1-RT1", { events: [] }));
	await Promise.all(
		clients.map(async (client, c) => {
			for (let n = 0; n < 10; n += 1) {
				await updateBatch(client, "B1-RT1", (batch) => appended(batch, eventFrom(`E${c}x${n}+${n}`)));
			}
		}),
	);
	const document = await library.batches.findOne();
	expect(document?.seen).toEqual((await requireBatch(library.store(), "B1-RT1")).seen);
	expect(document?.version).toBe(40);
	expect(Object.keys(document?.writers).length).toBe(32);
});
