import type { Filter } from "mongodb";
import * as v from "valibot";
import type { Conditions } from "../../line/batches/batch.ts";
import type { Stored } from "../../line/batches/malformed.ts";
import { type BatchDocument, storedOf } from "./batch-documents.ts";
import { filterOf, type QueriedBatch } from "./batch-query.ts";
import type { Mongo } from "./connection.ts";

/** People wait for it. */
const QUERY_MS = 30_000;
/** So many are counted one by one, along an index. */
const MOST_COUNTED = 1000;
/** Rows show no texts of events. */
const SHOWN_FIELDS = { writers: 0, history: 0, "events.details": 0 } as const;
const COUNTED = v.object({ n: v.number() });

/** The fields of a list's order, each list as an index has it. */
const ORDERS = {
	first: ["first_event", "created", "_id"],
	id: ["_id"],
	type: ["type", "first_event", "created", "_id"],
} as const;

export type BrowseOrder = keyof typeof ORDERS;
type OrderField = (typeof ORDERS)[BrowseOrder][number];
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

const direction = (descending: boolean) => (descending ? -1 : 1);

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
function boundsOf({ idStart, firstBefore, firstAfter }: BrowsedList): Map<BoundField, Operators> {
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

/** The filters whose answers, one behind the other, are what stands behind `after`: an index gives each in one run. */
function filtersBehind(list: BrowsedList, after: BrowsedPlace | undefined): Filter<QueriedBatch>[] {
	const base = filterOf(list.conditions);
	const filterWith = (bounds: Map<BoundField, Operators>): Filter<QueriedBatch> => {
		const fields = Object.fromEntries(bounds) as Record<string, unknown>;
		// The filter asks for types by a list of its own.
		if (base.type !== undefined && fields.type !== undefined)
			fields.type = { ...(base.type as object), ...(fields.type as object) };
		return { ...base, ...fields };
	};
	if (after === undefined) return [filterWith(boundsOf(list))];
	const fields = ORDERS[list.order];
	return fields.toReversed().map((field, turn) => {
		const at = fields.length - 1 - turn;
		const bounds = boundsOf(list);
		for (const [same, name] of fields.slice(0, at).entries()) add(bounds, name, { $eq: after[same] as string | Date });
		const value = after[at] as string | Date;
		add(bounds, field, list.descending ? { $lt: value } : { $gt: value });
		return filterWith(bounds);
	});
}

/** Before all dates and all texts: where a document stands whose fields are not what they must be. */
const FIRST: Readonly<Record<OrderField, string | Date>> = {
	...{ first_event: new Date("0001-01-01T00:00:00Z"), created: new Date("0001-01-01T00:00:00Z") },
	...{ _id: "", type: "" },
};

/** The place of a document. Of documents without a date a page shows the first: the next goes on behind all of them. */
function placeOf(document: BatchDocument & { readonly type?: unknown }, order: BrowseOrder): BrowsedPlace {
	return ORDERS[order].map((field) => {
		const value = document[field];
		const fits = FIRST[field] instanceof Date ? value instanceof Date : typeof value === "string";
		return fits ? (value as string | Date) : FIRST[field];
	});
}

/** A batch of a list, with its place in it. */
export interface Browsed {
	readonly stored: Stored;
	readonly place: BrowsedPlace;
}

/** Lists of batches for people: filtered, in either direction of three orders, from any place on. */
export class BatchBrowser {
	readonly #mongo: Mongo;
	readonly #name: string;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#name = collection;
	}

	/** At most `limit` batches from behind `after`. What it costs follows `limit`, not how many there are. */
	async list(
		list: BrowsedList,
		{ after, limit }: { readonly after: BrowsedPlace | undefined; readonly limit: number },
		signal: AbortSignal,
	): Promise<Browsed[]> {
		const found: Browsed[] = [];
		const sort = Object.fromEntries(ORDERS[list.order].map((field) => [field, direction(list.descending)] as const));
		for (const filter of filtersBehind(list, after)) {
			const most = limit - found.length;
			if (most <= 0) break;
			const query = this.#collection.find(filter, { sort, limit: most, projection: SHOWN_FIELDS });
			const documents = await this.#mongo.call(() => query.clone().toArray(), { signal, attemptMs: QUERY_MS });
			for (const document of documents) {
				found.push({ stored: storedOf(document, this.#collectionName), place: placeOf(document, list.order) });
			}
		}
		return found;
	}

	/** How many batches the list has; with `more` at least so many: beyond that nobody is served by waiting. */
	async count(list: BrowsedList, signal: AbortSignal): Promise<{ readonly count: number; readonly more: boolean }> {
		const [filter = {}] = filtersBehind(list, undefined);
		const options = { signal, attemptMs: QUERY_MS };
		if (Object.keys(filter).length === 0) {
			// Without a filter servers know the number.
			const answer = await this.#mongo.call((db) => db.command({ count: this.#name }), options);
			return { count: v.parse(COUNTED, answer).n, more: false };
		}
		const few = this.#collection.find(filter, { projection: { _id: 1 }, limit: MOST_COUNTED + 1 });
		const ids = await this.#mongo.call(() => few.clone().toArray(), options);
		return { count: Math.min(ids.length, MOST_COUNTED), more: ids.length > MOST_COUNTED };
	}

	get #collection() {
		return this.#mongo.db.collection<QueriedBatch>(this.#name);
	}

	get #collectionName(): string {
		return `${this.#mongo.database}.${this.#name}`;
	}
}
