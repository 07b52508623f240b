import type { Filter } from "mongodb";
import type { Conditions } from "../../line/batches/batch.ts";
import type { Place } from "../../line/batches/malformed.ts";
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
	seen: readonly string[];
	current: readonly string[];
}

/** By the first event, then by `created`; batches of one moment in the order of their ids. */
export const OLDEST_FIRST = { first_event: 1, created: 1, _id: 1 } as const;

/** The documents of the batches that fulfil the conditions. An empty list asks for nothing. */
export function filterOf({ past, future, old, types, failed = [] }: Conditions): Filter<QueriedBatch> {
	const [first, ...others] = past;
	const seen = { ...(future.length > 0 && { $nin: future }), ...(failed.length > 0 && { $all: failed }) };
	return {
		...(failed.length > 0
			? { succeeded: { ...(past.length > 0 && { $all: past }), $nin: failed } }
			: // One type is asked for by equality: not every server's planner finds an index for $all.
				first !== undefined && { succeeded: others.length === 0 ? first : { $all: past } }),
		...(Object.keys(seen).length > 0 && { seen }),
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
	const [first = {}, ...others] = behindInTurn(conditions, after);
	if (others.length === 0) return first;
	return { ...filterOf(conditions), $or: placesBehind(after) };
}

/** `behind` as queries to be asked in turn: an index answers each, where a planner finds none for an `$or`. */
export function behindInTurn(conditions: Conditions, after: Place | undefined): Filter<QueriedBatch>[] {
	return placesBehind(after).map((place) => ({ ...filterOf(conditions), ...place }));
}

/** What stands behind a place, in the order of lists, each part in one run of an index. */
function placesBehind(after: Place | undefined): Filter<QueriedBatch>[] {
	if (after === undefined) return [{}];
	const { firstEvent: first_event, created, id } = after;
	if (first_event === undefined) return [{ first_event: { $gte: FIRST_DATE } }];
	const later = { first_event: { $gt: first_event } };
	if (created === undefined) return [{ first_event, created: { $gte: FIRST_DATE } }, later];
	return [{ first_event, created, _id: { $gt: id } }, { first_event, created: { $gt: created } }, later];
}

/** The indexes that serve these queries. */
export const BATCH_INDEXES: readonly NeededIndex[] = [
	{ key: OLDEST_FIRST, unique: false },
	{ key: { type: 1, ...OLDEST_FIRST }, unique: false },
	// With the order behind it: an index over both would otherwise give all batches that ever succeeded, to be sorted.
	{ key: { succeeded: 1, ...OLDEST_FIRST }, unique: false },
	{ key: { seen: 1 }, unique: false },
	{ key: { current: 1 }, unique: false },
	{ key: { batch_id: 1 }, unique: false },
	{ key: { "outbox.component": 1 }, unique: false },
];
