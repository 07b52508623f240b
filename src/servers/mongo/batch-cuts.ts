import { createHash } from "node:crypto";
import type { Document } from "mongodb";
import { askingFor } from "./batch-query.ts";
import type { Mongo } from "./connection.ts";
import { type Engine, engineOf } from "./health.ts";

/** One of so many batches is in the sample 1, 2 and 3. */
const DISTANCES = [16, 256, 4096] as const;
const SAMPLES = [3, 2, 1] as const;
type Sample = (typeof SAMPLES)[number];
/** How much wider each range of a list is than the one before. */
const GROWTH = 8;
/** Cuts of one sample that are asked for; what is behind them is one range. */
const MOST_CUTS = 256;
/** Of the coarsest sample; there are tens of thousands of batches then. */
const MANY = 4;
/** Of a list that is searched, the finer samples go up to this cut of the coarsest one. */
const SEARCHED_CUTS = 16;
/** So many batches, about, are in a range of it. */
const MOST_SEARCHED = 2048;
/** So many batches tell which types there are. */
const ENOUGH_FOR_TYPES = 16;

/** The sample that the batch of that full id is in, by a hash of the id; most are in none. */
export function listSampleOf(id: string): Sample | undefined {
	const number = createHash("sha256").update(id).digest().readUInt16BE();
	return SAMPLES.find((sample) => number % distanceOf(sample) === 0);
}

const distanceOf = (sample: Sample) => DISTANCES[sample - 1] ?? Number.NaN;

/** What the document of a batch says of the samples. */
export function sampled(id: string): { readonly list_sample?: Sample } {
	const list_sample = listSampleOf(id);
	return list_sample === undefined ? {} : { list_sample };
}

/**
 * What is no date stands before all dates, and a comparison with a date leaves it out. Not every server knows earlier
 * years.
 */
export const FIRST_DATE = new Date("0001-01-01T00:00:00Z");

/** Tests of `first_event`, with an end where it has one. */
export interface TimeRange {
	readonly $gt?: Date;
	readonly $gte?: Date;
	readonly $lt?: Date;
	readonly $lte?: Date;
}

/**
 * Tests of `first_event` that find what is no date, each along an index. Other programs may leave the field out or write
 * it in a form of their own; values that are documents, lists or binary are not asked for.
 */
export const UNDATED: readonly Document[] = [
	{ $in: [null, false, true] },
	{ $gte: Number.NEGATIVE_INFINITY, $lte: Number.POSITIVE_INFINITY },
	{ $gte: "", $lte: "\u{10ffff}".repeat(8) },
];

/** A part of a list that is to be cut. */
export interface CutList {
	/** What the list asks of `first_event`; undefined where nothing, so that it has what is no date too. */
	readonly range: TimeRange | undefined;
	readonly descending: boolean;
	/** How many batches are asked for. */
	readonly limit: number;
	/**
	 * True where a filter may leave little, and the batches are looked at one by one to find it: then no range is wide, so
	 * that the search can end behind each.
	 */
	readonly isSearched?: boolean;
}

const WHOLE: CutList = { range: undefined, descending: false, limit: MOST_CUTS };
/** A limit of none. */
const ALL = 0;

interface Cut {
	readonly at: Date;
	/** How many batches stand between it and the cut before, about. */
	readonly batches: number;
}

/**
 * Cuts lists by time into ranges with both their ends: some servers gather all that a filter takes, and sort it, before
 * they cut it to a limit. The ends are the times of a sample of the batches, which an equality finds. Where they lie
 * decides about speed alone: each batch with a date is in one range, whether it is in a sample or not.
 */
export class ListCuts {
	readonly #mongo: Mongo;
	readonly #name: string;
	/** Once it is known. */
	#engine: Engine | undefined;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#name = collection;
	}

	/**
	 * The ranges, in the order of the list, each wider than the one before: so few have what is asked for at its
	 * beginning, and a list of which a filter leaves little is still read in a few. None where one question is enough.
	 */
	async ranges(list: CutList, signal: AbortSignal | undefined): Promise<readonly Document[]> {
		const { range = {}, descending } = list;
		// A server that reads everything for each question is asked one.
		if (!(await this.#asked(signal)).goesAlongIndexes) return [];
		let near = range;
		let cuts: Cut[] = [];
		// From the coarsest on: the first that one sample has ends what is asked of the next, or a later one.
		for (const sample of SAMPLES) {
			const times = await this.#sample(sample, { ...list, range: near }, signal);
			const end = list.isSearched === true && sample === 3 ? SEARCHED_CUTS - 1 : 0;
			const to = times[end];
			cuts = [...times.slice(end).map((at) => ({ at, batches: distanceOf(sample) })), ...cuts];
			if (to !== undefined) near = descending ? between(range, to, undefined) : between(range, undefined, to);
		}
		const ranges = rangesOf(cuts, list);
		if (ranges.length === 0 || list.range !== undefined) return ranges;
		return descending ? [...ranges, ...UNDATED] : [...UNDATED, ...ranges];
	}

	/**
	 * Ranges for a long read, as far apart as the batches of a sample, those without a date first, then the newest. None
	 * where one question may ask for all, because the server answers it piece by piece, or they are few.
	 */
	async evenRanges(sample: Sample, signal?: AbortSignal): Promise<readonly Document[]> {
		if (!(await this.areTooManyToCount(signal))) return [];
		const times = await this.#sample(sample, WHOLE, signal, ALL);
		const distinct = times.filter((at, n) => at.getTime() !== times[n - 1]?.getTime());
		const from = { $gte: FIRST_DATE };
		const ranges = [...distinct, undefined].map((to, n) => between(from, distinct[n - 1], to));
		return [...UNDATED, ...ranges.toReversed()];
	}

	/** Types of batch, as far as samples have them. */
	async types(signal: AbortSignal): Promise<readonly string[]> {
		if (!(await this.#asked(signal)).goesAlongIndexes) return [];
		const types: string[] = [];
		for (const list_sample of SAMPLES) {
			const some = { projection: { _id: 0, type: 1 }, limit: MOST_CUTS };
			const query = this.#mongo.db.collection(this.#name).find({ list_sample }, some);
			const found = await this.#mongo.call(() => query.clone().toArray(), askingFor(signal));
			types.push(...found.flatMap(({ type }) => (typeof type === "string" ? type : [])));
			if (types.length >= ENOUGH_FOR_TYPES) break;
		}
		return [...new Set(types)];
	}

	/** True where a collection has so many batches that its server should not be made to count them one by one. */
	async areTooManyToCount(signal?: AbortSignal): Promise<boolean> {
		if ((await this.#asked(signal)).knowsCounts) return false;
		return (await this.#sample(3, WHOLE, signal)).length >= MANY;
	}

	/**
	 * Keys that stand in `ready_for` of so many batches that a server which gathers all of an answer should be asked for them
	 * in pieces.
	 */
	async keysOfMany(): Promise<ReadonlySet<string>> {
		if ((await this.#asked(undefined)).knowsCounts) return new Set();
		const query = this.#mongo.db
			.collection(this.#name)
			.find({ list_sample: 3 }, { projection: { _id: 0, ready_for: 1 } });
		const found = await this.#mongo.call(() => query.clone().toArray(), askingFor());
		const keys = found.flatMap(({ ready_for }) => (Array.isArray(ready_for) ? ready_for : []) as unknown[]);
		return new Set(keys.filter((key, _, all) => all.filter((it) => it === key).length >= MANY).map(String));
	}

	async #asked(signal: AbortSignal | undefined): Promise<Engine> {
		this.#engine ??= await engineOf(this.#mongo, signal);
		return this.#engine;
	}

	/** Times of the batches of a sample, in the order of the list. */
	async #sample(
		sample: Sample,
		{ range = {}, descending }: CutList,
		signal: AbortSignal | undefined,
		limit = MOST_CUTS,
	): Promise<Date[]> {
		const filter = { list_sample: sample, first_event: { ...(isOpenBelow(range) && { $gte: FIRST_DATE }), ...range } };
		const query = this.#mongo.db.collection(this.#name).find(filter, {
			projection: { _id: 0, first_event: 1 },
			sort: { first_event: descending ? -1 : 1 },
			limit,
		});
		const found = await this.#mongo.call(() => query.clone().toArray(), askingFor(signal));
		return found.flatMap(({ first_event }) => (first_event instanceof Date ? first_event : []));
	}
}

const isOpenBelow = ({ $gt, $gte }: TimeRange) => $gt === undefined && $gte === undefined;

/**
 * The part of a range from one cut to the next; what stands at a cut is in the later part. Always from `$gte` to `$lt`:
 * an index of further fields gives some servers nothing at the end of a `$lte`.
 */
function between(range: TimeRange, from: Date | undefined, to: Date | undefined): TimeRange {
	const { $gt, $gte, $lt, $lte } = range;
	const below = { ...($gt && { $gt }), ...($gte && { $gte }) };
	const above = { ...($lt && { $lt }), ...($lte && { $lte }) };
	return { ...(from ? { $gte: from } : below), ...(to ? { $lt: to } : above) };
}

function rangesOf(cuts: readonly Cut[], { range = {}, descending, limit, isSearched = false }: CutList): TimeRange[] {
	const ranges: TimeRange[] = [];
	// Some more: a sample's batches do not stand evenly.
	let wanted = limit + 2 * distanceOf(1);
	let gathered = 0;
	let from: Date | undefined;
	for (const { at, batches } of cuts) {
		gathered += batches;
		if (gathered < wanted || at.getTime() === from?.getTime()) continue;
		ranges.push(descending ? between(range, at, from) : between(range, from, at));
		from = at;
		gathered = 0;
		wanted = isSearched ? Math.min(wanted * GROWTH, MOST_SEARCHED) : wanted * GROWTH;
	}
	if (from === undefined) return [];
	return [...ranges, descending ? between(range, undefined, from) : between(range, from, undefined)];
}
