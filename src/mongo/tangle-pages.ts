import { type Collection, type Filter, ObjectId } from "mongodb";
import { unlessAborted } from "../base/deadline.ts";
import { PageList, type Pages } from "../producer/pages.ts";
import type { TanglePages } from "../producer/ports.ts";
import type { Mongo } from "./connection.ts";
import { badDocument } from "./document.ts";

/** Ids to a round trip: 100,000 documents of an `_id` alone are 2.2 MB. */
const BATCH = 100_000;
/** A server without a fitting index sorts the whole collection before it answers. */
const ATTEMPT_MS = 120_000;

interface Tangle {
	_id: ObjectId;
	TCN: number;
	is_good: boolean;
}

/** Page starts of the tangles in MongoDB, found in one ordered pass over the ids. */
export class MongoTanglePages implements TanglePages {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<Tangle>;
	readonly #signal: AbortSignal;

	constructor(mongo: Mongo, collection: string, signal: AbortSignal) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection<Tangle>(collection);
		this.#signal = signal;
		this.name = `${mongo.database}.${collection}`;
	}

	async find(tcn: number, goodOnly: boolean, pageSize: number): Promise<Pages> {
		const pages = new PageList(pageSize);
		const filter: Filter<Tangle> = goodOnly ? { TCN: tcn, is_good: true } : { TCN: tcn };
		let last: ObjectId | undefined;
		let more = true;
		while (more) {
			const after: ObjectId | undefined = last;
			const batch = this.#mongo.call(
				async () => await this.#batch(after === undefined ? filter : { ...filter, _id: { $gt: after } }),
				{ signal: this.#signal, attemptMs: ATTEMPT_MS },
			);
			const ids = await unlessAborted(this.#signal, batch);
			for (const id of ids) {
				if (!(id instanceof ObjectId)) throw badDocument(this.name, id, "_id is not an ObjectId");
				if (pages.pass()) pages.start(id.toHexString());
			}
			last = ids.at(-1);
			more = ids.length === BATCH;
		}
		return pages;
	}

	async #batch(filter: Filter<Tangle>): Promise<ObjectId[]> {
		const options = { projection: { _id: 1 }, sort: { _id: 1 }, limit: BATCH, batchSize: BATCH } as const;
		const documents = await this.#collection.find(filter, options).toArray();
		return documents.map(({ _id }) => _id);
	}
}
