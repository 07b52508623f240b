import { expect, test } from "bun:test";
import type { Batch } from "../../../../src/line/batches/batch.ts";
import { updateBatch } from "../../../../src/line/batches/change.ts";
import { appended } from "../../../../src/line/batches/events.ts";
import type { BatchStore } from "../../../../src/line/batches/ports.ts";
import { batchFrom, eventFrom } from "../../../support/batch-reference.ts";

/** One batch in memory. `before` runs before each write: the place for others to come first. */
class OneBatch implements BatchStore {
	readonly name = "memory.batches";
	writes = 0;
	batch: Batch;
	readonly #before: () => void;

	constructor(batch: Batch, before: (store: OneBatch) => void = () => {}) {
		this.batch = batch;
		this.#before = () => before(this);
	}

	ready(): Promise<never> {
		throw new Error("not asked");
	}

	all(): AsyncIterable<Batch[]> {
		throw new Error("not asked");
	}

	add(): Promise<boolean> {
		throw new Error("not asked");
	}

	room(): number {
		throw new Error("not asked");
	}

	roundTrips(): Promise<never> {
		throw new Error("not asked");
	}

	withOutgoing(): Promise<never> {
		throw new Error("not asked");
	}

	keepReports(): Promise<never> {
		throw new Error("not asked");
	}

	report(): Promise<never> {
		throw new Error("not asked");
	}

	async find(id: string): Promise<Batch | undefined> {
		return id === this.batch.id ? this.batch : undefined;
	}

	async store(batch: Batch): Promise<boolean> {
		this.#before();
		if (batch.version !== this.batch.version) return false;
		this.writes += 1;
		this.batch = { ...batch, version: batch.version + 1 };
		return true;
	}
}

const start = batchFrom("B1-RT1", { events: [] });
const add = (text: string) => (batch: Batch) => appended(batch, eventFrom(text));

test("it gives the batch as it is stored", async () => {
	const store = new OneBatch(start);
	const stored = await updateBatch(store, "B1-RT1", add("A+1"));
	expect(stored).toEqual(store.batch);
	expect(stored).toMatchObject({ version: 1, seen: ["A"] });
});

test("others who come first lose nothing, and neither does it", async () => {
	let others = 5;
	const store = new OneBatch(start, (it) => {
		if (others > 0) it.batch = { ...add(`X+${others--}`)(it.batch), version: it.batch.version + 1 };
	});
	expect((await updateBatch(store, "B1-RT1", add("A+9"))).events.map(({ details }) => details)).toEqual([
		...["X+5", "X+4", "X+3", "X+2", "X+1", "A+9"],
	]);
	expect(store.writes).toBe(1);
});

test("nothing is written where nothing is to updateBatch, or where it is refused", async () => {
	const store = new OneBatch(start);
	expect(await updateBatch(store, "B1-RT1", (batch) => batch)).toBe(start);
	const refusal = new Error("not this one");
	const refused = updateBatch(store, "B1-RT1", () => {
		throw refusal;
	});
	await expect(refused).rejects.toBe(refusal);
	expect(store.writes).toBe(0);
});

test("a batch that is not there is told", async () => {
	const missing = updateBatch(new OneBatch(start), "B2-RT1", add("A+1"));
	await expect(missing).rejects.toMatchObject({
		kind: "failed",
		message: "memory.batches: there is no batch B2-RT1",
		hint: "`tangles batches ls` lists all",
	});
});

test("it ends when it is stopped, and when others never let it through", async () => {
	const stop = new AbortController();
	const busy = new OneBatch(start, (it) => {
		it.batch = { ...it.batch, version: it.batch.version + 1 };
		if (it.batch.version === 3) stop.abort(new Error("stopped"));
	});
	await expect(updateBatch(busy, "B1-RT1", add("A+1"), stop.signal)).rejects.toThrow("stopped");
	expect(busy.batch.version).toBe(3);
});
