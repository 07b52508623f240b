import type { Filter } from "mongodb";
import type { Conditions } from "../../line/batches/batch.ts";
import { filterOf, type QueriedBatch } from "./batch-query.ts";

/** The fields of a list's order, each list as an index has it. */
export const ORDERS = {
	first: ["first_event", "created", "_id"],
	id: ["_id"],
	type: ["type", "first_event", "created", "_id"],
} as const;

export type BrowseOrder = keyof typeof ORDERS;
export type OrderField = (typeof ORDERS)[BrowseOrder][number];
type BoundField = OrderField | "batch_id";

/** Which batches, and in which order. */
export interface BrowsedList {
	readonly conditions: Conditions;
	/** How the full id begins; empty for all. */
	readonly idStart: string;
	/** The first event is before and after these times. */
	readonly firstBefore: Date | undefined;
	readonly firstAfter: Date | undefined;
	readonly order: BrowseOrder;
	readonly descending: boolean;
}

/** A place in a list: the values of the fields of its order. */
export type BrowsedPlace = readonly (string | Date)[];

interface Operators {
	$eq?: string | Date;
	$gt?: string | Date;
	$gte?: string | Date;
	$lt?: string | Date;
}

/** What a part of a list asks of each field. */
export type Bounds = ReadonlyMap<BoundField, Operators>;

/** Both bounds of a field, the tighter of two of a kind: not every server looks into an `$and` for an index. */
function tighter(a: Operators, b: Operators): Operators {
	const both = { ...a, ...b };
	if (a.$gt !== undefined && b.$gt !== undefined && a.$gt > b.$gt) both.$gt = a.$gt;
	if (a.$lt !== undefined && b.$lt !== undefined && a.$lt < b.$lt) both.$lt = a.$lt;
	return both;
}

function add(bounds: Map<BoundField, Operators>, field: BoundField, operators: Operators): void {
	bounds.set(field, tighter(bounds.get(field) ?? {}, operators));
}

/** The texts that begin so: no code point is higher than the last. */
const beginning = (text: string): Operators => ({ $gte: text, $lt: `${text}\u{10ffff}` });

/** The bounds that the list itself has. */
export function boundsOf({ idStart, firstBefore, firstAfter }: BrowsedList): Map<BoundField, Operators> {
	const bounds = new Map<BoundField, Operators>();
	if (idStart !== "") {
		// By `batch_id`: not every engine has an index for a range of `_id`.
		const [, batchId = "", roundTrip] = /^B?(.*?)(-RT\d*)?$/s.exec(idStart) ?? [];
		add(bounds, "batch_id", roundTrip === undefined ? beginning(batchId) : { $eq: batchId });
		if (roundTrip !== undefined) add(bounds, "_id", beginning(idStart));
	}
	if (firstBefore !== undefined) add(bounds, "first_event", { $lt: firstBefore });
	if (firstAfter !== undefined) add(bounds, "first_event", { $gt: firstAfter });
	return bounds;
}

/** What stands behind `after`, in parts: an index gives each in one run. */
export function boundsBehind(list: BrowsedList, after: BrowsedPlace | undefined): Bounds[] {
	if (after === undefined) return [boundsOf(list)];
	const fields = ORDERS[list.order];
	return fields.toReversed().map((field, turn) => {
		const at = fields.length - 1 - turn;
		const bounds = boundsOf(list);
		for (const [same, name] of fields.slice(0, at).entries()) add(bounds, name, { $eq: after[same] as string | Date });
		const value = after[at] as string | Date;
		add(bounds, field, list.descending ? { $lt: value } : { $gt: value });
		return bounds;
	});
}

/** The filter of a part of a list. */
export function filterWith({ conditions }: BrowsedList, bounds: Bounds): Filter<QueriedBatch> {
	const base = filterOf(conditions);
	// Of several fields that have an index some servers go along the one that they meet first.
	const { first_event, type, ...fields } = Object.fromEntries(bounds) as Record<string, Operators | undefined>;
	const narrow = type === undefined || type.$eq !== undefined ? {} : { type };
	// The filter asks for types by a list of its own, and a part of the list for one of them.
	const types = type?.$eq ?? (base.type === undefined ? type : { ...(base.type as object), ...type });
	return {
		...narrow,
		...(first_event && { first_event }),
		...base,
		...(types !== undefined && { type: types }),
		...fields,
	} as Filter<QueriedBatch>;
}

/** The order of texts in an index. */
const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Each of the texts in a range by itself, and what stands between one and the next, in their order. */
export function partedBy(texts: readonly string[], { $gt, $lt }: Operators): Operators[] {
	const inside = texts.filter(
		(text) =>
			(typeof $gt !== "string" || compare(text, $gt) > 0) && (typeof $lt !== "string" || compare(text, $lt) < 0),
	);
	const parts: Operators[] = [];
	let from = $gt;
	for (const text of [...new Set(inside)].toSorted(compare)) {
		parts.push({ ...(from !== undefined && { $gt: from }), $lt: text }, { $eq: text });
		from = text;
	}
	return [...parts, { ...(from !== undefined && { $gt: from }), ...($lt !== undefined && { $lt }) }];
}
