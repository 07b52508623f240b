import type { BatchDocument } from "./batch-documents.ts";
import { askingFor, type QueriedBatch } from "./batch-query.ts";
import { isSeal, UNSEALED_FILTERS } from "./batch-seal.ts";
import type { Mongo } from "./connection.ts";

/**
 * True where every document of the batch collection has the types whose newest event failed (`newest_failed`): what is
 * sealed has them. It says nothing of documents that are written a moment later.
 */
export async function areFailuresDerived(mongo: Mongo, collection: string, signal: AbortSignal): Promise<boolean> {
	const batches = mongo.db.collection<QueriedBatch & BatchDocument>(collection);
	const first = async (filter: object, limit: number) => {
		const query = batches.find(filter, { projection: { _id: 1, current: 1 }, limit });
		return await mongo.call(() => query.clone().toArray(), askingFor(signal));
	};
	// Where all are without a seal, because no component has run yet, some servers would gather all of them below.
	const some = await first({ list_sample: 3 }, 0);
	if (some.some(({ current }) => !Array.isArray(current) || !isSeal(current[0]))) return false;
	for (const filter of UNSEALED_FILTERS) if ((await first(filter, 1)).length > 0) return false;
	return true;
}
