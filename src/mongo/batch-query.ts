import type { Filter } from "mongodb";
import type { Conditions } from "../batches/batch.ts";
import type { Place } from "../batches/ports.ts";

/** What the query asks of a batch's document. */
export interface QueriedBatch {
	_id: string;
	type: string;
	created: Date;
	succeeded: readonly string[];
	seen: readonly string[];
	current: readonly string[];
}

/** Oldest first; the ids part batches of one moment. */
export const OLDEST_FIRST = { created: 1, _id: 1 } as const;

/** The documents of the batches that fulfil the conditions, from behind `after`. An empty list asks for nothing. */
export function queryOf({ past, future, old, types }: Conditions, after: Place | undefined): Filter<QueriedBatch> {
	return {
		...(past.length > 0 && { succeeded: { $all: past } }),
		...(future.length > 0 && { seen: { $nin: future } }),
		...(old.length > 0 && { current: { $nin: old } }),
		...(types.length > 0 && { type: { $in: types } }),
		...(after && {
			// The first is implied by the second; it is what an index can begin at.
			created: { $gte: after.created },
			$or: [{ created: { $gt: after.created } }, { _id: { $gt: after.id } }],
		}),
	};
}
