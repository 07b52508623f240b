import type { Collection } from "mongodb";
import type { IntakeStore } from "../../line/intake/ports.ts";
import { EMPTY_REGISTRY } from "../../line/stations/station.ts";
import { MongoBatchStore } from "./batch-store.ts";
import type { WrittenBatch } from "./batch-writers.ts";
import type { Mongo } from "./connection.ts";

/** The store of batches, with what the intake asks besides. */
export class MongoIntakeStore extends MongoBatchStore implements IntakeStore {
	readonly #mongo: Mongo;
	readonly #documents: Collection<WrittenBatch>;

	/** What it writes is derived for the stations of `registry`. */
	constructor(mongo: Mongo, collection: string, registry = EMPTY_REGISTRY) {
		super(mongo, collection, registry);
		this.#mongo = mongo;
		this.#documents = mongo.db.collection(collection);
	}

	async withEvent(ids: readonly string[], type: string, signal?: AbortSignal): Promise<ReadonlySet<string>> {
		const filter = { _id: { $in: [...ids] }, seen: type };
		const ask = () => this.#documents.find(filter, { projection: { _id: 1 } }).toArray();
		const found = await this.#mongo.call(ask, signal === undefined ? {} : { signal });
		return new Set(found.map(({ _id }) => _id));
	}
}
