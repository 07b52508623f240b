import { describe, expect, test } from "bun:test";
import { requireBatch, updateBatch } from "../../src/line/batches/change.ts";
import { claimed, recorded } from "../../src/line/batches/claim.ts";
import { appended } from "../../src/line/batches/events.ts";
import { batchFrom, conditionsFrom, eventFrom } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";
import { MongoProxy } from "../support/mongo-proxy.ts";

const never = new AbortController().signal;

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`an answer is lost on ${engine}`, () => {
		async function scene() {
			const library = await Library.create(uri());
			const proxy = await MongoProxy.start(uri());
			const straight = library.store();
			await straight.add(batchFrom("B1-RT1", { events: [] }));
			const add = async (text: string) =>
				await updateBatch(straight, "B1-RT1", (batch) => appended(batch, eventFrom(text)));
			return {
				...{ library, proxy, straight, add, store: library.store(proxy.uri()) },
				async [Symbol.asyncDispose]() {
					proxy.resume();
					await library[Symbol.asyncDispose]();
					await proxy[Symbol.asyncDispose]();
				},
			};
		}

		test("to a change: it is done once", async () => {
			await using it = await scene();
			const lost = it.proxy.loseAnswer("update");
			const changing = updateBatch(it.store, "B1-RT1", (batch) => appended(batch, eventFrom("A+1")));
			await lost;
			expect(await it.straight.find("B1-RT1")).toMatchObject({ version: 1, seen: ["A"] });
			it.proxy.resume();
			expect(await changing).toMatchObject({ version: 1 });
			const after = await requireBatch(it.straight, "B1-RT1");
			expect({ version: after.version, events: after.events.length }).toEqual({ version: 1, events: 1 });
			expect(it.proxy.commands.filter((command) => command === "update").length).toBe(2);
		});

		test("to a change, and the driver tries it again by itself: it is done once", async () => {
			await using it = await scene();
			const lost = it.proxy.loseAnswer("update");
			const store = it.library.store(it.proxy.uri(true));
			const changing = updateBatch(store, "B1-RT1", (batch) => appended(batch, eventFrom("A+1")));
			await lost;
			for (let n = 2; n <= 9; n += 1) await it.add(`B+${n}`);
			it.proxy.resume();
			await changing;
			expect(await it.straight.find("B1-RT1")).toMatchObject({ version: 9, events: { length: 9 } });
		});

		test("to a change, and others write over it before it is tried again: it is done once", async () => {
			await using it = await scene();
			const lost = it.proxy.loseAnswer("update");
			const changing = updateBatch(it.store, "B1-RT1", (batch) => appended(batch, eventFrom("A+1")));
			await lost;
			for (let n = 2; n <= 32; n += 1) await it.add(`B+${n}`);
			it.proxy.resume();
			await changing;
			const after = await requireBatch(it.straight, "B1-RT1");
			expect(after.events.filter(({ type }) => type === "A").length).toBe(1);
			expect(after).toMatchObject({ version: 32, events: { length: 32 } });
		});

		test("to a change, and more have written than are remembered: it says so rather than guess", async () => {
			await using it = await scene();
			const lost = it.proxy.loseAnswer("update");
			const changing = updateBatch(it.store, "B1-RT1", (batch) => appended(batch, eventFrom("A+1")));
			await lost;
			for (let n = 2; n <= 34; n += 1) await it.add(`B+${n}`);
			it.proxy.resume();
			await expect(changing).rejects.toMatchObject({
				kind: "failed",
				message: expect.stringContaining("batch B1-RT1: it is not known whether a write was stored"),
			});
			expect((await requireBatch(it.straight, "B1-RT1")).events.filter(({ type }) => type === "A").length).toBe(1);
		});

		test("to a change that came too late: it is told as a conflict, and done on top", async () => {
			await using it = await scene();
			const stale = await requireBatch(it.store, "B1-RT1");
			await it.add("B+2");
			const lost = it.proxy.loseAnswer("update");
			const storing = it.store.store(appended(stale, eventFrom("A+1")));
			await lost;
			it.proxy.resume();
			expect(await storing).toBe(false);
			expect((await requireBatch(it.straight, "B1-RT1")).seen).toEqual(["B"]);
		});

		test("to a result, and another takes the batch meanwhile: recorded once, under the claim it was worked on", async () => {
			await using it = await scene();
			const { claim } = await updateBatch(it.store, "B1-RT1", (batch) => claimed(batch, "A"));
			const lost = it.proxy.loseAnswer("update");
			const recording = updateBatch(it.store, "B1-RT1", (batch) =>
				recorded(batch, { component: "A", claim }, eventFrom("A+1")),
			);
			await lost;
			await updateBatch(it.straight, "B1-RT1", (batch) => claimed(batch, "A"));
			it.proxy.resume();
			await recording;
			expect(await it.straight.find("B1-RT1")).toMatchObject({ claim: 2, seen: ["A"], events: { length: 1 } });
		});

		test("to a batch that is added: it is ours, once", async () => {
			await using it = await scene();
			const lost = it.proxy.loseAnswer("insert");
			const adding = it.store.add(batchFrom("B2-RT1", { events: [] }));
			await lost;
			it.proxy.resume();
			expect(await adding).toBe(true);
			expect(await it.store.add(batchFrom("B2-RT1", { events: [] }))).toBe(false);
			expect(await it.library.batches.countDocuments()).toBe(2);
		});

		test("to many that are added: those that are ours are counted as added, the others are not", async () => {
			await using it = await scene();
			const bulk = it.library.bulk(it.proxy.uri());
			const batches = Array.from({ length: 5 }, (_, n) => batchFrom(`B${n}-RT1`, { events: [] }));
			const lost = it.proxy.loseAnswer("insert");
			const adding = bulk.add(batches, never);
			await lost;
			it.proxy.resume();
			expect(await adding).toBe(4);
			expect(await it.library.batches.countDocuments()).toBe(5);
		});

		test("in the middle of a list: it goes on behind what came", async () => {
			await using it = await scene();
			const batches = Array.from({ length: 450 }, (_, n) =>
				batchFrom(`B${n + 10}-RT1`, { events: [], created: n % 7 }),
			);
			await it.library.bulk().add(batches, never);
			const seen: string[] = [];
			for await (const page of it.store.all(conditionsFrom({ types: ["paper"] }), never)) {
				if (seen.length === 0) it.proxy.cut();
				seen.push(...page.map(({ id }) => id));
			}
			expect(seen.length).toBe(451);
			expect(new Set(seen).size).toBe(451);
		});
	});
}
