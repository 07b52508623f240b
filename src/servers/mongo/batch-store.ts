import type { Collection, Filter } from "mongodb";
import { orAborted } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import type { Batch, Conditions } from "../../line/batches/batch.ts";
import { unmet } from "../../line/batches/conditions.ts";
import { documentOf } from "../../line/batches/document.ts";
import { isBatch, type Page, type Place, type Stored } from "../../line/batches/malformed.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import type { KeptReport } from "../../line/batches/reports.ts";
import { EMPTY_REGISTRY, type Registry } from "../../line/stations/station.ts";
import { ListCuts, type TimeRange } from "./batch-cuts.ts";
import { fieldsOf, roomOf, storedOf } from "./batch-documents.ts";
import { placeInList } from "./batch-malformed.ts";
import { behind, inTurn } from "./batch-places.ts";
import { askingFor, filterOf, KNOWN_FIELDS, OLDEST_FIRST } from "./batch-query.ts";
import { BatchReports } from "./batch-reports.ts";
import { offerOf } from "./batch-seal.ts";
import { newWriter, REMEMBERED, slot, type WrittenBatch } from "./batch-writers.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";
import { OrderedPass } from "./ordered-pass.ts";

/** Batches that one answer of a list holds: a batch with its events may have some kilobytes. */
const PAGE = 200;

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** True where a batch fulfils the conditions; of a malformed document nobody can say. */
const fulfils = (stored: Stored, conditions: Conditions) => !isBatch(stored) || unmet(stored, conditions).length === 0;

/** The store of batches in MongoDB. See `BatchStore` for what it promises. */
export class MongoBatchStore implements BatchStore {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<WrittenBatch>;
	readonly #registry: Registry;
	readonly #reports: BatchReports;
	readonly #cuts: ListCuts;

	/** What it writes is derived for the stations of `registry`. */
	constructor(mongo: Mongo, collection: string, registry = EMPTY_REGISTRY) {
		this.#mongo = mongo;
		this.#registry = registry;
		this.#collection = mongo.db.collection(collection);
		this.#reports = new BatchReports(mongo, collection);
		this.#cuts = new ListCuts(mongo, collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async ready(conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Page> {
		const ask = async (filter: Filter<WrittenBatch>, most: number) => {
			const query = this.#collection.find(filter, { sort: OLDEST_FIRST, limit: most, projection: KNOWN_FIELDS });
			return await this.#mongo.call(() => query.clone().toArray(), askingFor(signal));
		};
		const cut = async (range: TimeRange | undefined) =>
			await this.#cuts.ranges({ range, descending: false, limit }, signal);
		const documents = await inTurn(filterOf(conditions), { after, limit, ask, cut });
		const found = documents.map((document) => storedOf(document, this.name));
		const next = documents.map(placeInList).at(-1);
		// The server compares derived fields, and another program may have written wrong ones.
		const batches = found.filter((stored) => fulfils(stored, conditions));
		if (found.length < limit || next === undefined) return { batches, next: undefined };
		if (batches.length === found.length) return { batches, next };
		const more = await this.ready(conditions, limit - batches.length, next, signal);
		return { batches: [...batches, ...more.batches], next: more.next };
	}

	async *all(conditions: Conditions, signal: AbortSignal): AsyncGenerator<Stored[]> {
		// Documents without a date in `first_event` come first. They have no place to go on behind: they are counted and
		// skipped.
		let undated = 0;
		const pass = new OrderedPass((after: Place | undefined) => {
			const from = after?.firstEvent === undefined ? { skip: undated } : {};
			const filter = behind(conditions, after?.firstEvent === undefined ? undefined : after);
			return this.#collection.find(filter, { sort: OLDEST_FIRST, projection: KNOWN_FIELDS, batchSize: PAGE, ...from });
		});
		for (;;) {
			const page = this.#mongo.call(() => pass.next(), askingFor(signal));
			const documents = await orAborted(signal, page);
			const place = documents.map(placeInList).at(-1);
			if (place === undefined) return;
			if (place.firstEvent === undefined) undated += documents.length;
			pass.passed(place);
			const all = documents.map((document) => storedOf(document, this.name));
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

	async roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]> {
		// Asked for each batch that is worked on. Not every engine has an index for a range of `_id`.
		const find = () => this.#collection.find({ batch_id: batchId }, { projection: KNOWN_FIELDS }).toArray();
		const documents = await this.#mongo.call(find, askingFor(signal));
		return documents.map((document) => storedOf(document, this.name));
	}

	async withOutgoing(component: string, signal?: AbortSignal): Promise<string[]> {
		const filter = { "outbox.component": component };
		const find = () => this.#collection.find(filter, { projection: { _id: 1 } }).toArray();
		const documents = await this.#mongo.call(find, askingFor(signal));
		return documents.map(({ _id }) => _id);
	}

	async add(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		const writer = newWriter();
		const document = { ...documentOf(batch), ...this.#fieldsOf(batch), writers: { [slot(batch.version)]: writer } };
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

	async keepReports(reports: readonly KeptReport[], signal?: AbortSignal): Promise<void> {
		await this.#reports.keep(reports, signal);
	}

	async report(id: string, key: string, signal?: AbortSignal): Promise<string | undefined> {
		return await this.#reports.details(id, key, signal);
	}

	async store(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		const writer = newWriter();
		const version = batch.version + 1;
		const update = { ...this.#fieldsOf(batch), version, [`writers.${slot(version)}`]: writer };
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

	#fieldsOf(batch: Batch) {
		return { ...fieldsOf(batch), ...offerOf(batch, this.#registry) };
	}

	/** Who wrote the last versions of the document. */
	async #noted(id: string) {
		return await this.#collection.findOne<Pick<WrittenBatch, "version" | "writers">>(
			{ _id: id },
			{ projection: { version: 1, writers: 1 } },
		);
	}
}
