import { expect, test } from "bun:test";
import type { Batch } from "../../../../src/line/batches/batch.ts";
import { claimed } from "../../../../src/line/batches/claim.ts";
import { newBatch, parseBatchId } from "../../../../src/line/batches/id.ts";
import type { BatchStore } from "../../../../src/line/batches/ports.ts";
import type { TakenBatch, Tools } from "../../../../src/line/component/ports.ts";
import { record } from "../../../../src/line/component/record.ts";
import type { WorkReport } from "../../../../src/line/component/report.ts";
import type { Held } from "../../../../src/locks/held.ts";

const REPORT: WorkReport = {
	...{ tool: "Sample", version: "1.0", outcome: "Success", date: "2026-11-24T00:00:00.000Z" },
	...{ duration_ms: 1, failures: [], preservable: true },
};

/** A store of one batch that notes what is asked of it, and a lock that is certain once `certain` resolves. */
function scene(certain: Promise<void>) {
	const batch = claimed(newBatch(parseBatchId("B1-RT1"), "Newspaper", new Date(0)), "Sample");
	const asked: string[] = [];
	const stored: Batch[] = [];
	const store: Partial<BatchStore> = {
		name: "test",
		find: async () => {
			asked.push("find");
			return batch;
		},
		store: async (next) => {
			asked.push("store");
			stored.push(next);
			return true;
		},
	};
	const lock: Partial<Held> = { ensureHeld: () => certain, lost: new AbortController().signal };
	const component = { name: "Sample", version: "1.0", event: "Batch_Sampled" };
	return { asked, stored, tools: { component, store } as Tools, taken: { batch, lock } as TakenBatch };
}

test("record() asks nothing of the store before the lock is certain", async () => {
	const certain = Promise.withResolvers<void>();
	const { asked, stored, tools, taken } = scene(certain.promise);
	const recording = record(tools, taken, REPORT);
	await new Promise<void>((resolve) => setImmediate(resolve));
	expect(asked).toEqual([]);
	certain.resolve();
	await recording;
	expect(asked).toEqual(["find", "store"]);
	expect(stored[0]?.events).toEqual([
		{
			...{ type: "Batch_Sampled", success: true, time: new Date(REPORT.date), agent: "Sample-1.0" },
			details: JSON.stringify(REPORT),
			at_version: 0,
		},
	]);
});

test("record() stores nothing when the lock is lost instead", async () => {
	const { asked, tools, taken } = scene(Promise.reject(new Error("lost")));
	await expect(record(tools, taken, REPORT)).rejects.toThrow("lost");
	expect(asked).toEqual([]);
});
