import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Document } from "mongodb";
import { requireBatch, updateBatch } from "../../src/line/batches/change.ts";
import { restarted } from "../../src/line/batches/events.ts";
import { keepingRemoved, undone } from "../../src/line/batches/history.ts";
import { listSampleOf } from "../../src/servers/mongo/batch-cuts.ts";
import { repairDerived } from "../../src/servers/mongo/batch-repair.ts";
import { batchChanges, changedBy, marksOf } from "../support/batch-changes.ts";
import { at, batchFrom, conditionsFrom } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";

const NOTE = { by: "me@here", time: at(9), reason: "mistaken" };
const signal = new AbortController().signal;

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`history on ${engine}`, () => {
		test("whatever is done in whatever order, what is stored only grows", async () => {
			await using library = await Library.create(uri());
			const store = library.store();
			let n = 0;
			await fc.assert(
				fc.asyncProperty(batchChanges, async (changes) => {
					n += 1;
					const id = `B${n}-RT1`;
					await store.add(batchFrom(id, { events: [] }));
					let expected = await requireBatch(store, id);
					for (const [at, change] of changes.entries()) {
						const before = marksOf(expected);
						expected = await updateBatch(store, id, (batch) => changedBy(batch, change, `mark-${at}`));
						const stored = await requireBatch(store, id);
						expect(stored).toEqual(expected);
						expect(marksOf(stored)).toEqual(expect.arrayContaining(before));
					}
				}),
				{ numRuns: 20 },
			);
		});

		test("fields of other programs in an event come through its removal and back", async () => {
			await using library = await Library.create(uri());
			const store = library.store();
			await store.add(batchFrom("B1-RT1", { events: ["A-1", "B+2"] }));
			await library.batches.updateOne({ _id: "B1-RT1" }, { $set: { "events.0.id": 7, "events.0.details": { n: 1 } } });
			const before = (await library.batches.findOne()) as Document;
			const restart = { what: "restart", ...NOTE };
			await updateBatch(store, "B1-RT1", (batch) => keepingRemoved(batch, restarted(batch), restart));
			const gone = (await library.batches.findOne()) as Document;
			expect(gone.history[0].removed).toEqual(before.events.map((event: Document, at: number) => ({ at, event })));
			await updateBatch(store, "B1-RT1", (batch) => undone(batch, NOTE));
			expect(((await library.batches.findOne()) as Document).events).toEqual(before.events);
		});

		test("documents without a first event get it, in their order; malformed ones stay; again it finds nothing", async () => {
			await using library = await Library.create(uri());
			const store = library.store();
			for (const n of [1, 2, 3, 4]) {
				await store.add(batchFrom(`B${n}-RT1`, { events: [`A+${10 - n}`], created: n }));
			}
			await library.batches.updateMany({ _id: { $ne: "B4-RT1" } }, { $unset: { first_event: "", seen: "" } });
			await library.batches.updateOne({ _id: "B2-RT1" }, { $set: { type: 5 } });
			const bad = await library.batches.findOne({ _id: "B2-RT1" });
			const mongo = library.mongo();
			expect(await repairDerived(mongo, "batches", true)).toEqual({ present: 2, added: 2 });
			expect(await repairDerived(mongo, "batches", false)).toEqual({ present: 2, added: 2 });
			expect(await repairDerived(mongo, "batches", true)).toEqual({ present: 4, added: 0 });
			const order: string[] = [];
			for await (const page of store.all(conditionsFrom({}), signal)) order.push(...page.map(({ id }) => id));
			expect(order).toEqual(["B2-RT1", "B4-RT1", "B3-RT1", "B1-RT1"]);
			expect(await library.batches.findOne({ _id: "B2-RT1" })).toEqual(bad);
			await library.batches.updateOne({ _id: "B1-RT1" }, { $set: { first_event: at(0), seen: [] } });
			expect(await repairDerived(mongo, "batches", false)).toEqual({ present: 3, added: 1 });
			const derived = { seen: ["A"], first_event: at(9) };
			expect(await library.batches.findOne({ _id: "B1-RT1" })).toEqual(expect.objectContaining(derived));
			const sample =
				Array.from({ length: 100 }, (_, n) => `B${n}-RT2`).find((id) => listSampleOf(id) !== undefined) ?? "";
			await store.add(batchFrom(sample, { events: [] }));
			await library.batches.updateOne({ _id: sample }, { $unset: { list_sample: "" } });
			expect(await repairDerived(mongo, "batches", false)).toEqual({ present: 4, added: 1 });
			expect(await library.batches.findOne({ _id: sample })).toMatchObject({ list_sample: listSampleOf(sample) });
		});
	});
}
