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
	/** True where every document says which types failed last: then an index finds them. */
	readonly hasFailures?: boolean;
}

/**
 * A place in a list: the values of the fields of its order. Where the last ones are absent, behind all that have those
 * before.
 */
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
	const fields = ORDERS[list.order].slice(0, after.length);
	return fields.toReversed().map((field, turn) => {
		const at = fields.length - 1 - turn;
		const bounds = boundsOf(list);
		for (const [same, name] of fields.slice(0, at).entries()) add(bounds, name, { $eq: after[same] as string | Date });
		const value = after[at] as string | Date;
		add(bounds, field, list.descending ? { $lt: value } : { $gt: value });
		return bounds;
	});
}

/**
 * The place behind a part of a list, where the list goes on; undefined behind its last part, and where only the parts
 * behind it tell.
 */
export function placeBehind(list: BrowsedList, bounds: Bounds): BrowsedPlace | undefined {
	const { $gte, $lt } = bounds.get("first_event") ?? {};
	const end = list.descending ? $gte : $lt;
	if (!(end instanceof Date) || +end === +(list.firstBefore ?? Number.NaN)) return undefined;
	// What stands at the end of a part is in the later one.
	const time = list.descending ? end : new Date(+end - 1);
	if (list.order === "first") return [time];
	const type = bounds.get("type")?.$eq;
	return list.order === "type" && type !== undefined ? [type, time] : undefined;
}

/**
 * What the conditions ask for by equality, in an index with the order of lists behind it. Undefined where they do not: then
 * the batches are looked at one by one.
 */
function equalityOf({ conditions, hasFailures = false }: BrowsedList): Filter<QueriedBatch> | undefined {
	const { past, failed = [] } = conditions;
	const [succeeded, newest_failed] = [past[0], failed[0]];
	if (succeeded !== undefined && past.length === 1 && failed.length === 0) return { succeeded };
	const isOne = hasFailures && past.length === 0 && failed.length === 1;
	return isOne && newest_failed !== undefined ? { newest_failed } : undefined;
}

/** True where no index has what the filter leaves, which may be little. */
export function isSearched(list: BrowsedList): boolean {
	const { past, future, old, unless = [], failed = [] } = list.conditions;
	const asked = equalityOf(list) === undefined ? [past, failed, future, old, unless] : [future, old, unless];
	return asked.some((types) => types.length > 0);
}

/** The filter of a part of a list. */
export function filterWith(list: BrowsedList, bounds: Bounds): Filter<QueriedBatch> {
	const { conditions } = list;
	const equality = equalityOf(list);
	const isByFailures = equality?.newest_failed !== undefined;
	const base = filterOf(isByFailures ? { ...conditions, failed: [] } : conditions);
	// Of several fields that have an index some servers go along the one that they meet first.
	const { first_event, type, ...fields } = Object.fromEntries(bounds) as Record<string, Operators | undefined>;
	const narrow = type === undefined || type.$eq !== undefined ? {} : { type };
	// The filter asks for types by a list of its own, and a part of the list for one of them.
	const types = type?.$eq ?? (base.type === undefined ? type : { ...(base.type as object), ...type });
	return {
		...narrow,
		...equality,
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
