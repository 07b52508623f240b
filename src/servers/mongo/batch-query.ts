import type { Filter } from "mongodb";
import type { Conditions } from "../../line/batches/batch.ts";
import { SEAL_INDEX } from "./batch-seal.ts";
import type { NeededIndex } from "./indexes.ts";

/** What the query asks of a batch's document. */
export interface QueriedBatch {
	_id: string;
	type: string;
	created: Date;
	first_event?: Date;
	batch_id?: string;
	outbox?: readonly { readonly component: string }[];
	succeeded: readonly string[];
	/** The same as `succeeded`; absent in documents that were written before this field was. */
	reached?: readonly string[];
	seen: readonly string[];
	current: readonly string[];
	ready_for?: readonly string[];
	newest_failed?: readonly string[];
	list_sample?: number;
}

/** For one query of batches: a server without a fitting index reads the whole collection. */
const QUERY_MS = 120_000;

/** The options of a call that asks for batches. */
export const askingFor = (signal?: AbortSignal) => ({ attemptMs: QUERY_MS, ...(signal !== undefined && { signal }) });

/** A batch's document without what only writes go by. */
export const KNOWN_FIELDS = { writers: 0 } as const;

/** By the first event, then by `created`; batches of one moment in the order of their ids. */
export const OLDEST_FIRST = { first_event: 1, created: 1, _id: 1 } as const;

/** The documents of the batches that fulfil the conditions. An empty list asks for nothing. */
export function filterOf({ past, future, old, types, unless = [], failed = [] }: Conditions): Filter<QueriedBatch> {
	const [first, ...others] = past;
	const seen = { ...(future.length > 0 && { $nin: future }), ...(failed.length > 0 && { $all: failed }) };
	return {
		...(failed.length > 0
			? { succeeded: { ...(past.length > 0 && { $all: past }), $nin: failed } }
			: // One type is asked for by equality: not every server's planner finds an index for $all.
				first !== undefined && { succeeded: others.length === 0 ? first : { $all: past } }),
		// By the copy of `succeeded`: where one field has two tests, not every server's planner uses its index. A document
		// without the copy is given, and whoever reads it looks at its events.
		...(unless.length > 0 && { reached: { $nin: unless } }),
		...(Object.keys(seen).length > 0 && { seen }),
		...(old.length > 0 && { current: { $nin: old } }),
		...(types.length > 0 && { type: { $in: types } }),
	};
}

/** The indexes that serve these queries. */
export const BATCH_INDEXES: readonly NeededIndex[] = [
	{ key: OLDEST_FIRST, unique: false },
	{ key: { type: 1, ...OLDEST_FIRST }, unique: false },
	// With the order behind it: an index over both would otherwise give all batches that ever succeeded, to be sorted.
	{ key: { succeeded: 1, ...OLDEST_FIRST }, unique: false },
	{ key: { seen: 1 }, unique: false },
	{ key: { current: 1 }, unique: false },
	{ key: { ready_for: 1, ...OLDEST_FIRST }, unique: false },
	{ key: { newest_failed: 1, ...OLDEST_FIRST }, unique: false },
	// Has all that is read of the cuts of a list.
	{ key: { list_sample: 1, first_event: 1 }, unique: false },
	SEAL_INDEX,
	{ key: { batch_id: 1 }, unique: false },
	{ key: { "outbox.component": 1 }, unique: false },
];
