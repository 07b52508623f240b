import type { Document, Filter } from "mongodb";
import type { Conditions } from "../../line/batches/batch.ts";
import type { Place } from "../../line/batches/malformed.ts";
import { FIRST_DATE, type TimeRange } from "./batch-cuts.ts";
import { filterOf, type QueriedBatch } from "./batch-query.ts";

/** The documents of `filterOf` that stand behind `after` in a list, as one query. */
export function behind(conditions: Conditions, after: Place | undefined): Filter<QueriedBatch> {
	const [first = {}, ...others] = placesBehind(after);
	if (others.length === 0) return { ...filterOf(conditions), ...first };
	return { ...filterOf(conditions), $or: placesBehind(after) };
}

/** A part of a list: at most `limit` documents from behind `after`. */
export interface ListPart<D> {
	readonly after: Place | undefined;
	readonly limit: number;
	/** Asks for at most `most` documents, in the order of `OLDEST_FIRST`. */
	readonly ask: (filter: Filter<QueriedBatch>, most: number) => Promise<D[]>;
	/** Cuts what is asked of `first_event` into ranges; none where one question is enough. */
	readonly cut?: (range: TimeRange | undefined) => Promise<readonly Document[]>;
}

/**
 * The documents of a part of the list of what `filter` has, asked for place by place: an index answers each, where a
 * planner finds none for an `$or`.
 */
export async function inTurn<D>(
	filter: Filter<QueriedBatch>,
	{ after, limit, ask, cut = async () => [] }: ListPart<D>,
): Promise<D[]> {
	const found: D[] = [];
	const places = placesBehind(after);
	const open = places.at(-1);
	for (const place of places) {
		if (found.length >= limit) break;
		const parts = place === open ? await cutPlace(place, cut) : [place];
		for (const part of parts) {
			const most = limit - found.length;
			if (most <= 0) break;
			// The time first: of several fields that have an index some servers go along the one that they meet first.
			found.push(...(await ask({ ...part, ...filter }, most)));
		}
	}
	return found;
}

/** The parts of what has no end, in the order of the list. */
async function cutPlace(
	place: Filter<QueriedBatch>,
	cut: NonNullable<ListPart<never>["cut"]>,
): Promise<readonly Filter<QueriedBatch>[]> {
	const ranges = await cut(place.first_event as TimeRange | undefined);
	return ranges.length === 0 ? [place] : ranges.map((range) => ({ first_event: range as Filter<Date> }));
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
