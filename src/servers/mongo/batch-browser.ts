import type { FindCursor } from "mongodb";
import * as v from "valibot";
import { MemoryKeeper } from "../../base/garbage.ts";
import type { Stored } from "../../line/batches/malformed.ts";
import {
	type Bounds,
	type BrowsedList,
	type BrowsedPlace,
	type BrowseOrder,
	boundsBehind,
	boundsOf,
	filterWith,
	isSearched,
	ORDERS,
	type OrderField,
	partedBy,
	placeBehind,
} from "./batch-bounds.ts";
import { ListCuts, type TimeRange, UNDATED } from "./batch-cuts.ts";
import { areFailuresDerived } from "./batch-derived.ts";
import { type BatchDocument, storedOf } from "./batch-documents.ts";
import type { QueriedBatch } from "./batch-query.ts";
import type { Mongo } from "./connection.ts";

/** People wait for it. */
const QUERY_MS = 30_000;
/** So long a server looks for a part of a list. */
const LONGEST_MS = 15_000;
/** So many are counted one by one, along an index. */
const MOST_COUNTED = 1000;
/** So many documents are read at a time: each leaves 25 KB. */
const READ_AT_ONCE = 100;
/** Rows show no texts of events. */
const SHOWN_FIELDS = { writers: 0, history: 0, "events.details": 0 } as const;
const COUNTED = v.object({ n: v.number() });

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

/** What was found of a list. */
export interface BrowsedPart {
	readonly found: readonly Browsed[];
	/** Where the search can go on; undefined where it found as many as were asked for, or came to the end of the list. */
	readonly reached: BrowsedPlace | undefined;
}

interface Wanted {
	readonly after: BrowsedPlace | undefined;
	readonly limit: number;
	/** The search ends after about so long, ms; a list that is asked for whole has none. */
	readonly forMs?: number | undefined;
}

interface Part {
	readonly bounds: Bounds;
	readonly limit: number;
}

interface Asked<T> {
	readonly after: BrowsedPlace | undefined;
	readonly limit: number;
	readonly sort: Readonly<Record<string, 1 | -1>>;
	readonly projection: object;
	/** Documents that are read at a time. */
	readonly batchSize: number;
	/** What is kept of a document. */
	readonly take: (document: QueriedBatch) => T;
}

/** Lists of batches for people: filtered, in either direction of three orders, from any place on. */
export class BatchBrowser {
	readonly #mongo: Mongo;
	readonly #name: string;
	readonly #cuts: ListCuts;
	readonly #memory = new MemoryKeeper();

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#name = collection;
		this.#cuts = new ListCuts(mongo, collection);
	}

	/**
	 * At most `limit` batches from behind `after`. What it costs follows `limit`, not how many there are, unless no index
	 * has what the filter leaves: then `forMs` ends it.
	 */
	async list(asked: BrowsedList, { after, limit, forMs }: Wanted, signal: AbortSignal): Promise<BrowsedPart> {
		const end = performance.now() + (forMs ?? Number.POSITIVE_INFINITY);
		const list = await this.#withFailures(asked, signal);
		const sort = Object.fromEntries(ORDERS[list.order].map((field) => [field, list.descending ? -1 : 1] as const));
		const found: Browsed[] = [];
		const take = (document: QueriedBatch): Browsed => ({
			stored: storedOf(document, this.#collectionName),
			place: placeOf(document, list.order),
		});
		const wanted = { after, limit, sort, projection: SHOWN_FIELDS, batchSize: READ_AT_ONCE, take };
		for await (const { taken, behind } of this.#inTurn(list, wanted, signal)) {
			found.push(...taken);
			if (found.length < limit && performance.now() > end && behind !== undefined) return { found, reached: behind };
		}
		return { found, reached: undefined };
	}

	/**
	 * How many batches the list has; with `more` at least so many: a longer count is not worth the wait, and it ends after
	 * about `forMs`.
	 */
	async count(
		asked: BrowsedList,
		forMs: number,
		signal: AbortSignal,
	): Promise<{ readonly count: number; readonly more: boolean }> {
		const end = performance.now() + forMs;
		if (Object.keys(filterWith(asked, boundsOf(asked))).length === 0) {
			if (await this.#cuts.areTooManyToCount(signal)) return { count: MOST_COUNTED, more: true };
			const options = { signal, attemptMs: QUERY_MS };
			const answer = await this.#mongo.call((db) => db.command({ count: this.#name }), options);
			return { count: v.parse(COUNTED, answer).n, more: false };
		}
		const list = await this.#withFailures({ ...asked, order: "first", descending: false }, signal);
		let count = 0;
		// Ids alone are small: one round trip.
		const most = { limit: MOST_COUNTED + 1, batchSize: MOST_COUNTED + 1 };
		const few = { after: undefined, ...most, sort: {}, projection: { _id: 1 }, take: () => 1 };
		for await (const { taken, behind } of this.#inTurn(list, few, signal)) {
			count += taken.length;
			if (performance.now() > end && behind !== undefined) return { count: Math.min(count, MOST_COUNTED), more: true };
		}
		return { count: Math.min(count, MOST_COUNTED), more: count > MOST_COUNTED };
	}

	/** The list, with whether an index finds what failed. */
	async #withFailures(list: BrowsedList, signal: AbortSignal): Promise<BrowsedList> {
		if ((list.conditions.failed ?? []).length === 0) return list;
		return { ...list, hasFailures: await areFailuresDerived(this.#mongo, this.#name, signal) };
	}

	/** What is taken of the documents of a list, part by part, each with the place behind it. */
	async *#inTurn<T>(
		list: BrowsedList,
		{ after, limit, sort, projection, batchSize, take }: Asked<T>,
		signal: AbortSignal,
	): AsyncGenerator<{ readonly taken: readonly T[]; readonly behind: BrowsedPlace | undefined }> {
		let left = limit;
		for (const bounds of boundsBehind(list, after)) {
			if (left <= 0) return;
			for await (const part of this.#cut(list, { bounds, limit: left }, signal)) {
				if (left <= 0) return;
				// A server must not go on with what nobody waits for any more.
				const options = { sort, limit: left, projection, maxTimeMS: LONGEST_MS, batchSize };
				const query = this.#collection.find(filterWith(list, part), options);
				const read = () => this.#taken(query.clone(), batchSize, take);
				const taken = await this.#mongo.call(read, { signal, attemptMs: QUERY_MS });
				left -= taken.length;
				yield { taken, behind: placeBehind(list, part) };
			}
		}
	}

	async #taken<T>(
		cursor: FindCursor<QueriedBatch>,
		batchSize: number,
		take: (document: QueriedBatch) => T,
	): Promise<readonly T[]> {
		const taken: T[] = [];
		for await (const document of cursor) {
			taken.push(take(document));
			if (taken.length % batchSize === 0) this.#memory.look();
		}
		return taken;
	}

	/** A part of a list, cut by type and by time as far as it is in their order. */
	async *#cut(list: BrowsedList, { bounds, limit }: Part, signal: AbortSignal): AsyncGenerator<Bounds> {
		// An id narrows more than they do, and its order is that of no index that every server has.
		if (list.order === "id" || bounds.has("batch_id")) return yield bounds;
		const byType = list.order === "type" ? await this.#typed(list, bounds, signal) : [bounds];
		for (const part of byType) {
			const isInOrder = list.order === "first" || part.get("type")?.$eq !== undefined;
			if (isInOrder && part.get("first_event")?.$eq === undefined)
				yield* await this.#timed(list, { bounds: part, limit }, signal);
			else yield part;
		}
	}

	/** Each type by itself, as far as types are known, and what stands between them. */
	async #typed(
		{ conditions, descending }: BrowsedList,
		bounds: Bounds,
		signal: AbortSignal,
	): Promise<readonly Bounds[]> {
		const range = bounds.get("type") ?? {};
		if (range.$eq !== undefined) return [bounds];
		const isAsked = conditions.types.length > 0;
		const known = isAsked ? conditions.types : await this.#cuts.types(signal);
		if (known.length === 0) return [bounds];
		const parts = partedBy(known, range).filter(({ $eq }) => !isAsked || $eq !== undefined);
		const noText = isAsked || bounds.has("type") ? [] : UNDATED.slice(0, -1);
		const all: readonly object[] = [...noText, ...parts];
		return (descending ? all.toReversed() : all).map((type) => new Map([...bounds, ["type", type]]));
	}

	/** From one time to the next. */
	async #timed(list: BrowsedList, { bounds, limit }: Part, signal: AbortSignal): Promise<readonly Bounds[]> {
		const range = bounds.get("first_event") as TimeRange | undefined;
		const { descending } = list;
		const ranges = await this.#cuts.ranges({ range, descending, limit, isSearched: isSearched(list) }, signal);
		if (ranges.length === 0) return [bounds];
		return ranges.map((part) => new Map([...bounds, ["first_event", part]]));
	}

	get #collection() {
		return this.#mongo.db.collection<QueriedBatch>(this.#name);
	}

	get #collectionName(): string {
		return `${this.#mongo.database}.${this.#name}`;
	}
}
