import type { Collection, Document, Filter, FindCursor } from "mongodb";
import type { TangleFields } from "../../enumeration/tangles/tangle.ts";
import type { StoredTangle } from "../../enumeration/verify/comparison.ts";
import type { Stored } from "../../enumeration/verify/proof.ts";
import type { Mongo } from "./connection.ts";
import { TANGLE_FIELDS, tangleOf } from "./stored-tangle.ts";

/** Tangles to a round trip. */
const BATCH = 5000;
/** A server without a fitting index sorts the whole TCN before its first answer. */
const ATTEMPT_MS = 120_000;

/** All tangles of a TCN in one ordered pass each; lower ones are kept, as each is needed for several stencils. */
export class MongoTangleReader implements Stored {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<Document>;
	readonly #kept = new Map<number, readonly TangleFields[]>();

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async below(TCN: number): Promise<readonly TangleFields[]> {
		const known = this.#kept.get(TCN);
		if (known !== undefined) return known;
		const tangles: TangleFields[] = [];
		for await (const batch of this.#pass({ TCN })) tangles.push(...batch.map((it) => tangleOf(it, this.name)));
		this.#kept.set(TCN, tangles);
		return tangles;
	}

	async *of(TCN: number): AsyncGenerator<readonly StoredTangle[], void, undefined> {
		for await (const batch of this.#pass({ TCN })) yield batch.map(asStored);
	}

	async named(notations: readonly string[]): Promise<readonly StoredTangle[]> {
		const filter = { notation: { $in: [...notations] } };
		const read = () => this.#collection.find(filter, { projection: TANGLE_FIELDS }).toArray();
		const found = await this.#mongo.call(read, { attemptMs: ATTEMPT_MS });
		return found.map(asStored);
	}

	/** Documents in the order of `_id`; after an outage it goes on behind the last one that came. */
	async *#pass(filter: Filter<Document>): AsyncGenerator<Document[], void, undefined> {
		let cursor: FindCursor | undefined;
		let last: Document["_id"];
		const next = async (): Promise<Document[]> => {
			const behind = last === undefined ? filter : { ...filter, _id: { $gt: last } };
			const current =
				cursor ?? this.#collection.find(behind, { projection: TANGLE_FIELDS, sort: { _id: 1 }, batchSize: BATCH });
			// Given back only once the answer is there: an attempt that was given up must not share its cursor with the next.
			cursor = undefined;
			const first = await current.next();
			if (first === null) return [];
			const documents = [first, ...current.readBufferedDocuments()];
			cursor = current;
			return documents;
		};
		for (;;) {
			const documents = await this.#mongo.call(next, { attemptMs: ATTEMPT_MS });
			if (documents.length === 0) return;
			last = documents.at(-1)?._id;
			yield documents;
		}
	}
}

/** A notation that is no text is no tangle's, so it is shown as it is. */
function asStored({ notation, TCN, is_good, positivity }: Document): StoredTangle {
	return {
		notation: typeof notation === "string" ? notation : (JSON.stringify(notation) ?? ""),
		TCN,
		is_good,
		positivity,
	};
}
