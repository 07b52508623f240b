import type { Collection } from "mongodb";
import { readBatchId } from "../../line/batches/id.ts";
import type { Stored } from "../../line/batches/malformed.ts";
import type { IntakeStore } from "../../line/intake/ports.ts";
import { EMPTY_REGISTRY } from "../../line/stations/station.ts";
import { storedOf } from "./batch-documents.ts";
import { askingFor, KNOWN_FIELDS } from "./batch-query.ts";
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

	override async roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]> {
		// By the index of `_id`: "U" follows the "T" of the names that are asked for.
		const range = { $gte: `B${batchId}-RT`, $lt: `B${batchId}-RU` };
		const ask = () => this.#documents.find({ _id: range }, { projection: KNOWN_FIELDS }).toArray();
		const documents = await this.#mongo.call(ask, askingFor(signal));
		// B1-RT5-RT2 lies in the range of B1-RT, and is a round trip of another batch.
		return documents
			.filter(({ _id }) => readBatchId(_id)?.batchId === batchId)
			.map((document) => storedOf(document, this.name));
	}

	async withEvent(ids: readonly string[], type: string, signal?: AbortSignal): Promise<ReadonlySet<string>> {
		const filter = { _id: { $in: [...ids] }, seen: type };
		const ask = () => this.#documents.find(filter, { projection: { _id: 1 } }).toArray();
		const found = await this.#mongo.call(ask, askingFor(signal));
		return new Set(found.map(({ _id }) => _id));
	}
}
