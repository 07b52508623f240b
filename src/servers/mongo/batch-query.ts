import type { Filter } from "mongodb";
import type { Conditions } from "../../line/batches/batch.ts";
import type { Place } from "../../line/batches/malformed.ts";
import type { NeededIndex } from "./indexes.ts";

/** What the query asks of a batch's document. */
export interface QueriedBatch {
	_id: string;
	type: string;
	created: Date;
	succeeded: readonly string[];
	/** The same as `succeeded`; absent in documents that were written before this field was. */
	reached?: readonly string[];
	seen: readonly string[];
	current: readonly string[];
}

/** Oldest first; batches of one moment in the order of their ids. */
export const OLDEST_FIRST = { created: 1, _id: 1 } as const;

/** The documents of the batches that fulfil the conditions. An empty list asks for nothing. */
export function filterOf({ past, future, old, types, unless = [] }: Conditions): Filter<QueriedBatch> {
	const [first, ...others] = past;
	return {
		// One type is asked for by equality: not every server's planner finds an index for $all.
		...(first !== undefined && { succeeded: others.length === 0 ? first : { $all: past } }),
		// By the copy of `succeeded`: where one field has two tests, not every server's planner uses its index. A document
		// without the copy is given, and whoever reads it looks at its events.
		...(unless.length > 0 && { reached: { $nin: unless } }),
		...(future.length > 0 && { seen: { $nin: future } }),
		...(old.length > 0 && { current: { $nin: old } }),
		...(types.length > 0 && { type: { $in: types } }),
	};
}

/**
 * What is no date stands before all dates, and a comparison with a date leaves it out. Not every server knows earlier
 * years.
 */
const FIRST_DATE = new Date("0001-01-01T00:00:00Z");

/** The documents of `filterOf` that stand behind `after` in a list, as one query. */
export function behind(conditions: Conditions, after: Place | undefined): Filter<QueriedBatch> {
	const filter = filterOf(conditions);
	if (after === undefined) return filter;
	const { created, id } = after;
	if (created === undefined) return { ...filter, created: { $gte: FIRST_DATE } };
	return { ...filter, $or: [{ created: { $gt: created } }, { created, _id: { $gt: id } }] };
}

/** `behind` as queries to be asked in turn: an index answers each, where a planner finds none for an `$or`. */
export function behindInTurn(conditions: Conditions, after: Place | undefined): Filter<QueriedBatch>[] {
	const filter = filterOf(conditions);
	if (after === undefined) return [filter];
	const { created, id } = after;
	if (created === undefined) return [behind(conditions, after)];
	return [
		{ ...filter, created, _id: { $gt: id } },
		{ ...filter, created: { $gt: created } },
	];
}

/** The indexes that serve these queries. */
export const BATCH_INDEXES: readonly NeededIndex[] = [
	{ key: { created: 1, _id: 1 }, unique: false },
	{ key: { type: 1, created: 1, _id: 1 }, unique: false },
	// With the order behind it: an index over both would otherwise give all batches that ever succeeded, to be sorted.
	{ key: { succeeded: 1, created: 1, _id: 1 }, unique: false },
	{ key: { seen: 1 }, unique: false },
	{ key: { current: 1 }, unique: false },
];
