import { Binary, type Collection, type Document, type Filter, ObjectId } from "mongodb";
import { countTangles } from "../../enumeration/tangles/grammar/counts.ts";
import { sampleOf } from "../../enumeration/tangles/grammar/sample.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import type { Mongo } from "./connection.ts";

/** Documents to a range, about: a server that gathers them all before its first answer has them in a second or two. */
const TO_A_RANGE = 10_000;
/** For a page, of which a range is read once: it is to gather little more than the page has. */
const TO_A_PAGE = 1000;
/** A worker keeps the ends of its ranges in memory, 1 MB of them at most: beyond 8 million tangles they are wider. */
const MOST_FOR_PAGES = 8192;
/** More than one, so that the ranges differ less in size. */
const SAMPLES_TO_A_RANGE = 8;
/** Notations that are looked up at a time. */
const LOOKED_UP = 500;
const LOOK_UP_MS = 60_000;

/** What a query asks of the field that a long read goes along; undefined where it takes every document. */
export type Range = Document | undefined;

/** The field that a long read goes along. */
export type RangeField = "_id" | "notation";

/**
 * The filter, for a range. The field stands first: of several that have an index SecantusDB goes along the one that it
 * meets first.
 */
export function inRange(filter: Filter<Document>, by: RangeField, range: Range): Filter<Document> {
	return range === undefined ? filter : { [by]: range, ...filter };
}

/** A comparison with a value leaves out values of every other type: these ranges have what must not be passed over. */
const OTHER_TYPES: readonly Document[] = [
	{ $in: [null, false, true] },
	{ $gte: Number.NEGATIVE_INFINITY, $lte: Number.POSITIVE_INFINITY },
	{ $gte: new Date("0001-01-01T00:00:00Z"), $lte: new Date("9999-12-31T23:59:59.999Z") },
	// Ordered by length first.
	{ $gte: new Binary(Buffer.alloc(0), 0), $lte: new Binary(Buffer.alloc(256, 0xff), 255) },
];
const ANY_TEXT: Document = { $gte: "", $lte: "\u{10ffff}".repeat(8) };
const ANY_OBJECT_ID: Document = { $gte: new ObjectId("0".repeat(24)), $lte: new ObjectId("f".repeat(24)) };

/**
 * Cuts long reads of the tangles into ranges, so that no server has to gather more than one of them for an answer: about
 * `toARange` documents, as long as the tangles of the TCN are stored, since the cuts are those of a sample of them.
 * Wherever the cuts lie, the ranges have every value of the field's own type, in order; behind them stand ranges of what
 * else may be found there. Not asked for are values that are documents, regular expressions or time stamps.
 */
export class TangleRanges {
	readonly #mongo: Mongo;
	readonly #collection: Collection;
	readonly #toARange: number;
	readonly #most: number;

	/** At most `most` ranges to a TCN, which are wider where that is too few. */
	constructor(mongo: Mongo, collection: string, toARange = TO_A_RANGE, most = Number.POSITIVE_INFINITY) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.#toARange = toARange;
		this.#most = most;
	}

	/** For reads of single pages; the others are for reads to the end. */
	static forPages(mongo: Mongo, collection: string): TangleRanges {
		return new TangleRanges(mongo, collection, TO_A_PAGE, MOST_FOR_PAGES);
	}

	/** Those of `_id`s of the tangles of a TCN; a sample of them is looked up by notation. */
	async ofIds(tcn: number, signal?: AbortSignal): Promise<readonly Range[]> {
		const tangles = Number(countTangles(tcn).at(-1)?.total ?? 0n);
		const sample = this.#sample(tcn, tangles);
		const ids = await idsOf(this.#mongo, this.#collection, sample, signal);
		const cuts = cutsOf(ids.map((id) => id.toHexString())).map((id) => new ObjectId(id));
		return cuts.length === 0 ? [undefined] : [...between(cuts), ANY_TEXT, ...OTHER_TYPES];
	}

	/** Those of notations of a collection that has tangles to a TCN, at least: by what there is of it, without a look. */
	async ofNotations(tcn: number): Promise<readonly Range[]> {
		const count = () => this.#collection.estimatedDocumentCount();
		const stored = await this.#mongo.call(count, { attemptMs: LOOK_UP_MS });
		const cuts = cutsOf(this.#sample(tcn, stored));
		return cuts.length === 0 ? [undefined] : [...between(cuts), ANY_OBJECT_ID, ...OTHER_TYPES];
	}

	/** Notations of a TCN, some for each range of so many documents; none where one range is enough. */
	#sample(tcn: number, documents: number): readonly string[] {
		const ranges = Math.min(Math.ceil(documents / this.#toARange), this.#most);
		return ranges <= 1 || tcn > MOST_NUMBERED_TCN ? [] : sampleOf(tcn, ranges * SAMPLES_TO_A_RANGE);
	}
}

/** The ids of the tangles with these notations, in any order; an id that is no ObjectId is left out. */
export async function idsOf(
	mongo: Mongo,
	collection: Collection,
	notations: readonly string[],
	signal?: AbortSignal,
): Promise<ObjectId[]> {
	const ids: ObjectId[] = [];
	for (let at = 0; at < notations.length; at += LOOKED_UP) {
		const some = { notation: { $in: notations.slice(at, at + LOOKED_UP) } };
		const look = () => collection.find(some, { projection: { _id: 1 } }).toArray();
		const found = await mongo.call(look, { attemptMs: LOOK_UP_MS, ...(signal && { signal }) });
		ids.push(...found.flatMap(({ _id }) => (_id instanceof ObjectId ? _id : [])));
	}
	return ids;
}

/** Those of the ranges of ObjectIds that have ids from `first` on, the first one cut at it. */
export function idsFrom(ranges: readonly Range[], first: ObjectId): readonly Document[] {
	return ranges.flatMap((range) => {
		if (range === undefined) return { $gte: first };
		const { $gt: from, $lte: to } = range;
		if (!(from instanceof ObjectId || to instanceof ObjectId)) return [];
		const isBehind = from instanceof ObjectId && compare(from, first) >= 0;
		if (isBehind) return range;
		if (to instanceof ObjectId && compare(to, first) < 0) return [];
		return { $gte: first, ...(to !== undefined && { $lte: to }) };
	});
}

const compare = (a: ObjectId, b: ObjectId) => Buffer.compare(a.id, b.id);

/** Those of the ranges of notations that have some behind `value`, the first one cut at it. */
export function notationsBehind(ranges: readonly Range[], value: string): readonly Range[] {
	return ranges.flatMap((range) => {
		if (range === undefined) return { $gt: value };
		// Values of other types stand beside the order of the notations.
		if (typeof (range.$gt ?? range.$lte) !== "string") return range;
		if (range.$lte !== undefined && range.$lte <= value) return [];
		return range.$gt === undefined || range.$gt < value ? { ...range, $gt: value } : range;
	});
}

function cutsOf(sample: readonly string[]): string[] {
	const sorted = sample.toSorted((a, b) => (a < b ? -1 : 1));
	return sorted.filter((_, at) => at % SAMPLES_TO_A_RANGE === SAMPLES_TO_A_RANGE - 1);
}

function between<T>(cuts: readonly T[]): Document[] {
	return [...cuts, undefined].map((cut, at) => ({
		...(at > 0 && { $gt: cuts[at - 1] }),
		...(cut !== undefined && { $lte: cut }),
	}));
}
