import type { Collection, Document, Filter } from "mongodb";
import type { StoredTangle } from "../../enumeration/verify/findings.ts";
import type { TangleSource } from "../../enumeration/verify/prove.ts";
import type { Mongo } from "./connection.ts";
import { OrderedPass } from "./ordered-pass.ts";
import { TANGLE_FIELDS, tangleOf } from "./stored-tangle.ts";

/** Tangles to a round trip. */
const BATCH = 5000;
/** A server without a fitting index sorts the whole TCN before its first answer. */
const ATTEMPT_MS = 120_000;

/** All tangles of a TCN, in one ordered pass. */
export class MongoTangleReader implements TangleSource {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<Document>;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async *checked(TCN: number): AsyncGenerator<number, void, undefined> {
		for await (const batch of this.#pass({ TCN })) {
			for (const document of batch) tangleOf(document, this.name);
			yield batch.length;
		}
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
		const pass = new OrderedPass((after: Document["_id"] | undefined) =>
			this.#collection.find(after === undefined ? filter : { ...filter, _id: { $gt: after } }, {
				projection: TANGLE_FIELDS,
				sort: { _id: 1 },
				batchSize: BATCH,
			}),
		);
		for (;;) {
			const documents = await this.#mongo.call(() => pass.next(), { attemptMs: ATTEMPT_MS });
			if (documents.length === 0) return;
			pass.passed(documents.at(-1)?._id);
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
