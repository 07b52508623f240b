import { CONFLICT, untilStored } from "../../base/compare-and-set.ts";
import { Fault } from "../../base/fault.ts";
import type { Batch } from "./batch.ts";
import { isBatch } from "./malformed.ts";
import type { BatchStore } from "./ports.ts";
import { relieved } from "./reports.ts";

/** The batch. Throws a Fault "failed" where there is none, "data" where its document is malformed. */
export async function requireBatch(
	store: Pick<BatchStore, "name" | "find">,
	id: string,
	signal?: AbortSignal,
): Promise<Batch> {
	const stored = await store.find(id, signal);
	if (stored !== undefined && isBatch(stored)) return stored;
	if (stored !== undefined) throw stored.fault();
	throw new Fault("failed", `${store.name}: there is no batch ${id}`, { hint: "`tangles batches ls` lists all" });
}

/**
 * Reads the batch, stores what `mutate` makes of it, and begins again where another write came in between. Gives the
 * batch as it is stored; reports that it need not have in it are kept beside it, by `relieved`. Where `mutate` gives
 * back the very batch it got, nothing is written. Throws what `mutate` throws, a Fault "failed" where there is no such
 * batch, and "data" where its document is malformed.
 */
export async function updateBatch(
	store: Pick<BatchStore, "name" | "find" | "store" | "room" | "keepReports">,
	id: string,
	mutate: (batch: Batch) => Batch,
	signal?: AbortSignal,
): Promise<Batch> {
	const attempt = async () => {
		const batch = await requireBatch(store, id, signal);
		const changed = mutate(batch);
		if (changed === batch) return batch;
		const { batch: next, reports } = relieved(changed, (of) => store.room(of));
		// Kept first: whatever happens then, they are in the document, or beside it, or both.
		if (reports.length > 0) await store.keepReports(reports, signal);
		return (await store.store(next, signal)) ? { ...next, version: next.version + 1 } : CONFLICT;
	};
	const conflict = (times: number) => `${store.name}: batch ${id}: ${times} times another write came first`;
	return await untilStored(attempt, conflict, signal);
}
