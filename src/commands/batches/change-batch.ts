import type { Batch, BatchEvent } from "../../line/batches/batch.ts";
import { requireBatch, updateBatch } from "../../line/batches/change.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { wholeOf } from "../../line/batches/reports.ts";

/** Makes a changed batch of a batch; the same where nothing is to be changed. */
export type Mutate = (batch: Batch) => Batch;

/** Changes a batch by `updateBatch`; with `dryRun` it gives what would be stored, and stores nothing. */
export async function changeBatch(
	store: BatchStore,
	id: string,
	mutate: Mutate,
	{ dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<{ before: Batch; after: Batch }> {
	let before: Batch | undefined;
	const noted = (batch: Batch) => {
		before = batch;
		return mutate(batch);
	};
	const after = dryRun ? noted(await requireBatch(store, id, signal)) : await updateBatch(store, id, noted, signal);
	return { before: before ?? after, after };
}

/** The events that a change took away, in the order in which they stood. */
export function removedEvents({ before, after }: { readonly before: Batch; readonly after: Batch }): BatchEvent[] {
	const kept = new Set(after.events.map(wholeOf));
	return before.events.filter((event) => !kept.has(event));
}
