import { expect, test } from "bun:test";
import { requireBatch, updateBatch } from "../../../../src/line/batches/change.ts";
import { claimed } from "../../../../src/line/batches/claim.ts";
import { CopyOnWriteBatchStore } from "../../../../src/line/batches/copy-on-write.ts";
import { appended } from "../../../../src/line/batches/events.ts";
import { InMemoryBatchStore } from "../../../../src/line/batches/in-memory.ts";
import { at, batchFrom, conditionsFrom, eventFrom, malformedFrom } from "../../../support/batch-reference.ts";

async function scene() {
	const source = new InMemoryBatchStore();
	await source.add(batchFrom("B1-RT1", { events: ["A+1"] }));
	await source.add(batchFrom("B2-RT1", { events: ["A+1"] }));
	return { source, copy: new CopyOnWriteBatchStore(source) };
}

test("writes are seen by later finds and writes, and leave the source as it is", async () => {
	const { source, copy } = await scene();
	const before = source.contents();
	await updateBatch(copy, "B1-RT1", (batch) => claimed(batch, "Sample"));
	await updateBatch(copy, "B1-RT1", (batch) => appended(batch, eventFrom("B+2")));
	expect(await copy.find("B1-RT1")).toMatchObject({ version: 2, claim: 1, seen: ["A", "B"] });
	expect(await copy.find("B2-RT1")).toMatchObject({ version: 0, claim: 0 });
	expect(source.contents()).toEqual(before);
});

test("the first write counts on the version in the source, each later one on that in memory", async () => {
	const { source, copy } = await scene();
	const batch = await requireBatch(copy, "B1-RT1");
	await updateBatch(source, "B1-RT1", (now) => appended(now, eventFrom("C+1")));
	expect(await copy.store(batch)).toBe(false);
	expect(await copy.store(await requireBatch(copy, "B1-RT1"))).toBe(true);
	expect(await copy.store(batch)).toBe(false);
});

test("a batch that is malformed or not there is not written", async () => {
	const { source, copy } = await scene();
	const batch = await requireBatch(copy, "B1-RT1");
	source.spoil(malformedFrom("B1-RT1", at(0)));
	expect(await copy.store(batch)).toBe(false);
	expect(await copy.store(batchFrom("B9-RT1", { events: [] }))).toBe(false);
});

test("ready batches, room and name are the source's", async () => {
	const { source, copy } = await scene();
	const conditions = conditionsFrom({ past: ["A"] });
	expect(await copy.ready(conditions, 1)).toEqual(await source.ready(conditions, 1));
	const batch = await requireBatch(copy, "B1-RT1");
	expect([copy.name, copy.room(batch)]).toEqual([source.name, source.room(batch)]);
});
