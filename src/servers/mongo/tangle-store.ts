import { type Collection, type Document, MongoBulkWriteError, ObjectId } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { TangleFields } from "../../enumeration/tangles/tangle.ts";
import type { PageRequest, TangleStore } from "../../enumeration/work/ports.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";
import { uniqueKeys } from "./indexes.ts";
import { TANGLE_FIELDS, tangleOf } from "./stored-tangle.ts";
import { idsFrom, inRange, type Range, TangleRanges } from "./tangle-ranges.ts";

/** A server without a fitting index sorts the whole TCN for a page. */
const PAGE_MS = 120_000;
/** A thousand new tangles take a small server a second or two. */
const STORE_MS = 60_000;

/** The tangles in MongoDB. See `TangleStore` for what it promises. */
export class MongoTangleStore implements TangleStore {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collectionName: string;
	readonly #collection: Collection;
	readonly #ranges: TangleRanges;
	readonly #known = new Map<number, readonly Range[]>();

	constructor(mongo: Mongo, collection: string, ranges = TangleRanges.forPages(mongo, collection)) {
		this.#ranges = ranges;
		this.#mongo = mongo;
		this.#collectionName = collection;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	/**
	 * Throws a Fault "data" unless there is a unique index on notation, and no other one: it alone keeps a tangle from
	 * being stored twice, and a write that it refuses is taken for stored.
	 */
	async check(): Promise<void> {
		const unique = await uniqueKeys(this.#mongo, this.#collectionName);
		const other = unique.find((key) => key !== "notation");
		if (other !== undefined) {
			throw new Fault("data", `${this.name}: there is a unique index on ${other}`, {
				hint: "drop it: it could keep tangles from being stored",
			});
		}
		if (unique.length > 0) return;
		throw new Fault("data", `${this.name}: there is no unique index on notation`, {
			hint: "`tangles init` makes it; see that database and collection are named rightly",
		});
	}

	async page({ id, tcn, goodOnly, size }: PageRequest, signal: AbortSignal): Promise<TangleFields[]> {
		const first = new ObjectId(id);
		const documents: Document[] = [];
		for (const range of idsFrom(await this.#rangesOf(tcn, signal), first)) {
			const filter = inRange({ TCN: tcn, ...(goodOnly && { is_good: true }) }, "_id", range);
			const options = { projection: TANGLE_FIELDS, sort: { _id: 1 }, limit: size - documents.length } as const;
			// Made anew for each attempt: the client keeps a cursor that was never read to its end.
			const read = () => this.#collection.find(filter, options).toArray();
			documents.push(...(await this.#mongo.call(read, { signal, attemptMs: PAGE_MS })));
			if (documents.length >= size) break;
		}
		if (!first.equals(documents[0]?._id)) await this.#checkStart(first, tcn, signal);
		return documents.map((document) => tangleOf(document, this.name));
	}

	/** Looked up once: wherever the cuts lie, a page is the same. */
	async #rangesOf(tcn: number, signal: AbortSignal): Promise<readonly Range[]> {
		const known = this.#known.get(tcn) ?? (await this.#ranges.ofIds(tcn, signal));
		this.#known.set(tcn, known);
		return known;
	}

	/**
	 * The existing workers begin at the next tangle where the first one no longer exists, and so graft what another job does.
	 */
	async #checkStart(_id: ObjectId, tcn: number, signal: AbortSignal): Promise<void> {
		const found = await this.#mongo.call(() => this.#collection.findOne({ _id }, { projection: { TCN: 1 } }), {
			signal,
		});
		if (found?.TCN === tcn) return;
		const what = found === null ? "no longer exists" : `has TCN ${found.TCN}`;
		throw new Fault("data", `${this.name}: document _id ${_id}, which began a page of TCN ${tcn}, ${what}`, {
			hint: `the tangles of TCN ${tcn} were changed since the job was pushed; \`tangles recover --restart-tcn\` pushes anew`,
		});
	}

	/**
	 * By inserts, of which those that are there already fail on the unique index: as an upsert that only sets on insert,
	 * but on SecantusDB 3.4 times as many new ones a second and 4.5 times as many repeated ones; FerretDB stores 18,000 a
	 * second so, and 17 by upserts. To ask first which ones there are takes 2 to 5 times as long on both; sorted by notation, or
	 * without `_id`s, they take as long as they come. The folder's README has the figures.
	 */
	async store(tangles: readonly TangleFields[], signal: AbortSignal): Promise<number> {
		const documents = tangles.map((tangle) => ({ _id: new ObjectId(), ...tangle }));
		return await this.#mongo.call(
			async () => {
				try {
					const { insertedCount } = await this.#collection.insertMany(documents, { ordered: false });
					return insertedCount;
				} catch (error) {
					if (!(error instanceof MongoBulkWriteError)) throw error;
					const unconfirmed = error.result.getWriteConcernError();
					if (unconfirmed !== undefined) {
						throw new Fault("unreachable", `not stored by a majority: ${unconfirmed.errmsg}`, { cause: error });
					}
					if (!isDuplicate(error)) throw error;
					return error.insertedCount;
				}
			},
			{ signal, attemptMs: STORE_MS },
		);
	}
}
