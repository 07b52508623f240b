import type { Collection } from "mongodb";
import { orAborted } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import type { Batch, Conditions } from "../../line/batches/batch.ts";
import { unmet } from "../../line/batches/conditions.ts";
import { documentOf } from "../../line/batches/document.ts";
import { isBatch, type Place, placeInOrder, type Stored } from "../../line/batches/malformed.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { fieldsOf, roomOf, storedOf } from "./batch-documents.ts";
import { behind, behindInTurn, OLDEST_FIRST } from "./batch-query.ts";
import { newWriter, REMEMBERED, slot, type WrittenBatch } from "./batch-writers.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";
import { OrderedPass } from "./ordered-pass.ts";

/** For one query: a server without a fitting index reads the whole collection. */
const QUERY_MS = 120_000;

/** Batches that one answer of a list holds: a batch with its events may have some kilobytes. */
const PAGE = 200;
const KNOWN_FIELDS = { writers: 0 } as const;

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** True where a batch fulfils the conditions; of a malformed document nobody can say. */
const fulfils = (stored: Stored, conditions: Conditions) => !isBatch(stored) || unmet(stored, conditions).length === 0;

/** The store of batches in MongoDB. See `BatchStore` for what it promises. */
export class MongoBatchStore implements BatchStore {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<WrittenBatch>;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async ready(conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Stored[]> {
		const found: Stored[] = [];
		for (const filter of behindInTurn(conditions, after)) {
			const most = limit - found.length;
			if (most <= 0) break;
			const query = { sort: OLDEST_FIRST, limit: most, projection: KNOWN_FIELDS };
			const ask = () => this.#collection.find(filter, query).toArray();
			const documents = await this.#mongo.call(ask, { ...options(signal), attemptMs: QUERY_MS });
			found.push(...documents.map((document) => storedOf(document, this.name)));
		}
		// The server compares derived fields, and another program may have written wrong ones.
		const ready = found.filter((stored) => fulfils(stored, conditions));
		if (ready.length === found.length || found.length < limit) return ready;
		return [...ready, ...(await this.ready(conditions, limit - ready.length, found.map(placeInOrder).at(-1), signal))];
	}

	async *all(conditions: Conditions, signal: AbortSignal): AsyncGenerator<Stored[]> {
		// Documents without a date in `created` come first. They have no place to go on behind: they are counted and
		// skipped.
		let undated = 0;
		const pass = new OrderedPass((after: Place | undefined) => {
			const from = after?.created === undefined ? { skip: undated } : {};
			const filter = behind(conditions, after?.created === undefined ? undefined : after);
			return this.#collection.find(filter, { sort: OLDEST_FIRST, projection: KNOWN_FIELDS, batchSize: PAGE, ...from });
		});
		for (;;) {
			const page = this.#mongo.call(() => pass.next(), { signal, attemptMs: QUERY_MS });
			const all = (await orAborted(signal, page)).map((document) => storedOf(document, this.name));
			const last = all.at(-1);
			if (last === undefined) return;
			if (placeInOrder(last).created === undefined) undated += all.length;
			pass.passed(placeInOrder(last));
			yield all.filter((stored) => fulfils(stored, conditions));
		}
	}

	async find(id: string, signal?: AbortSignal): Promise<Stored | undefined> {
		const document = await this.#mongo.call(
			() => this.#collection.findOne({ _id: id }, { projection: KNOWN_FIELDS }),
			options(signal),
		);
		return document === null ? undefined : storedOf(document, this.name);
	}

	async add(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		const writer = newWriter();
		const document = { ...documentOf(batch), ...fieldsOf(batch), writers: { [slot(batch.version)]: writer } };
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

	room(batch: Batch): number {
		return roomOf(batch);
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
			throw new Fault("failed", `${this.name}: batch ${batch.id}: it is not known whether a write was stored`, {
				hint: `its answer was lost and ${REMEMBERED} others came since; \`tangles batches show ${batch.id}\` has what is there`,
			});
		}, options(signal));
	}

	/** Who wrote the last versions of the document. */
	async #noted(id: string) {
		return await this.#collection.findOne<Pick<WrittenBatch, "version" | "writers">>(
			{ _id: id },
			{ projection: { version: 1, writers: 1 } },
		);
	}
}
