import type { Collection } from "mongodb";
import { Fault } from "../base/fault.ts";
import type { Batch, Conditions } from "../batches/batch.ts";
import { unmet } from "../batches/conditions.ts";
import type { BatchStore, Place } from "../batches/ports.ts";
import { batchOf, documentOf, fieldsOf } from "./batch-documents.ts";
import { OLDEST_FIRST, type QueriedBatch, queryOf } from "./batch-query.ts";
import { newWriter, REMEMBERED, slot } from "./batch-writers.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";

/** A server without a fitting index goes through the whole collection. */
const QUERY_MS = 120_000;

interface BatchDocument extends QueriedBatch {
	version: number;
	writers: Readonly<Record<string, string>>;
}

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** The store of batches in MongoDB. See `BatchStore` for what it promises. */
export class MongoBatchStore implements BatchStore {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<BatchDocument>;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async ready(conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Batch[]> {
		const ready: Batch[] = [];
		for (let from = after; ready.length < limit; ) {
			const most = limit - ready.length;
			const query = this.#collection.find(queryOf(conditions, from), {
				sort: OLDEST_FIRST,
				limit: most,
				projection: { writers: 0 },
			});
			const documents = await this.#mongo.call(() => query.clone().toArray(), {
				...options(signal),
				attemptMs: QUERY_MS,
			});
			const batches = documents.map((document) => batchOf(document, this.name));
			// Derived fields that somebody else wrote may be wrong.
			ready.push(...batches.filter((batch) => unmet(batch, conditions).length === 0));
			from = batches.at(-1);
			if (batches.length < most) break;
		}
		return ready;
	}

	async find(id: string, signal?: AbortSignal): Promise<Batch | undefined> {
		const document = await this.#mongo.call(
			() => this.#collection.findOne({ _id: id }, { projection: { writers: 0 } }),
			options(signal),
		);
		return document === null ? undefined : batchOf(document, this.name);
	}

	async add(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		const writer = newWriter();
		const document = { ...documentOf(batch), writers: { [slot(batch.version)]: writer } };
		return await this.#mongo.call(async () => {
			try {
				await this.#collection.insertOne(document);
				return true;
			} catch (error) {
				if (!isDuplicate(error)) throw error;
				return (await this.#noted(batch.id))?.writers?.[slot(batch.version)] === writer;
			}
		}, options(signal));
	}

	async store(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		const writer = newWriter();
		const version = batch.version + 1;
		const update = { ...fieldsOf(batch), version, [`writers.${slot(version)}`]: writer };
		let attempts = 0;
		return await this.#mongo.call(async () => {
			attempts += 1;
			const filter = { _id: batch.id, version: batch.version };
			const { matchedCount } = await this.#collection.updateOne(filter, { $set: update });
			if (matchedCount === 1) return true;
			const noted = await this.#noted(batch.id);
			if (noted?.writers?.[slot(version)] === writer) return true;
			if (attempts === 1 || noted === null || noted.version < version + REMEMBERED) return false;
			throw new Fault("failed", `${this.name}: batch ${batch.id}: it cannot be told whether a write was stored`, {
				mend: `its answer was lost and ${REMEMBERED} others came since; \`tangles batches show ${batch.id}\` has what is there`,
			});
		}, options(signal));
	}

	/** Who wrote the last versions of the document. */
	async #noted(id: string) {
		return await this.#collection.findOne<Pick<BatchDocument, "version"> & Partial<Pick<BatchDocument, "writers">>>(
			{ _id: id },
			{ projection: { version: 1, writers: 1 } },
		);
	}
}
