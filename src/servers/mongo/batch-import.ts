import type { Collection } from "mongodb";
import type { Batch } from "../../line/batches/batch.ts";
import { documentOf } from "../../line/batches/document.ts";
import { EMPTY_REGISTRY, type Registry } from "../../line/stations/station.ts";
import { fieldsOf } from "./batch-documents.ts";
import { offerOf } from "./batch-seal.ts";
import { newWriter, slot, type WrittenBatch } from "./batch-writers.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";

/** Adds batches by the hundred. Throws as `BatchStore` does. */
export class BatchImport {
	readonly #mongo: Mongo;
	readonly #collection: Collection<WrittenBatch>;

	readonly #registry: Registry;

	/** What it adds is derived for the stations of `registry`. */
	constructor(mongo: Mongo, collection: string, registry = EMPTY_REGISTRY) {
		this.#mongo = mongo;
		this.#registry = registry;
		this.#collection = mongo.db.collection(collection);
	}

	/** Which of the ids are taken. */
	async taken(ids: readonly string[], signal: AbortSignal): Promise<Set<string>> {
		const query = this.#collection.find({ _id: { $in: ids } }, { projection: { _id: 1 } });
		const documents = await this.#mongo.call(() => query.clone().toArray(), { signal });
		return new Set(documents.map(({ _id }) => _id));
	}

	/** Adds those whose id is not taken, of several with one id the first. Gives how many were added. */
	async add(batches: readonly Batch[], signal: AbortSignal): Promise<number> {
		if (batches.length === 0) return 0;
		const writer = newWriter();
		const fresh = new Map(batches.toReversed().map((batch) => [batch.id, batch]));
		const documents = [...fresh.values()].map((batch) => ({
			...documentOf(batch),
			...fieldsOf(batch),
			...offerOf(batch, this.#registry),
			writers: { [slot(0)]: writer },
		}));
		return await this.#mongo.call(
			async () => {
				try {
					await this.#collection.insertMany(documents, { ordered: false });
					return documents.length;
				} catch (error) {
					if (!isDuplicate(error)) throw error;
					// An earlier attempt may have added some before its answer was lost.
					const ids = documents.map(({ _id }) => _id);
					const there = await this.#collection.find({ _id: { $in: ids } }, { projection: { writers: 1 } }).toArray();
					return there.filter(({ writers }) => writers?.[slot(0)] === writer).length;
				}
			},
			{ signal },
		);
	}
}
