import type { Collection } from "mongodb";
import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { StationDirectory } from "../../line/stations/ports.ts";
import type { StationRun } from "../../line/stations/run.ts";
import { EMPTY_REGISTRY, type Registry } from "../../line/stations/station.ts";
import type { Mongo } from "./connection.ts";
import { whole } from "./document.ts";
import { isDuplicate } from "./errors.ts";

/** No component's name has a slash, and the ids of runs have one inside. */
const REGISTRY = "/registry";

const names = v.array(v.string());
const CONDITIONS = v.object({ past: names, future: names, old: names, types: names, unless: names });

const REGISTRY_DOCUMENT = v.object({
	id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
	generation: whole(0),
	version: whole(1),
	stations: v.array(
		v.object({ key: v.string(), component: v.string(), conditions: CONDITIONS, since: whole(0), used: v.date() }),
	),
});

const RUN_DOCUMENT = v.object({
	...{ component: v.string(), host: v.string(), key: v.string(), conditions: CONDITIONS, since: v.date() },
	...{ event: v.string(), version: v.string(), start: v.date() },
	end: v.optional(v.nullable(v.date()), null),
	outcome: v.optional(v.nullable(v.string()), null),
});

interface StationDocument {
	_id: string;
	version?: number | string;
	[field: string]: unknown;
}

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** The collection of the stations beside the collection of batches. */
export const stationsCollection = (batches: string) => `${batches}_stations`;

/** The stations of a line in MongoDB. See `StationDirectory` for what it promises. */
export class MongoStationDirectory implements StationDirectory {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<StationDocument>;

	/** `batches` is the name of the collection of batches. */
	constructor(mongo: Mongo, batches: string) {
		const collection = stationsCollection(batches);
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async registry(signal?: AbortSignal): Promise<Registry> {
		const document = await this.#mongo.call(() => this.#collection.findOne({ _id: REGISTRY }), options(signal));
		return document === null ? EMPTY_REGISTRY : this.#read(REGISTRY_DOCUMENT, document);
	}

	async replace({ version, ...next }: Registry, signal?: AbortSignal): Promise<boolean> {
		const fields = { ...next, version: version + 1 };
		return await this.#mongo.call(async () => {
			if (version > 0) {
				return (await this.#collection.updateOne({ _id: REGISTRY, version }, { $set: fields })).matchedCount === 1;
			}
			try {
				await this.#collection.insertOne({ _id: REGISTRY, ...fields });
				return true;
			} catch (error) {
				if (!isDuplicate(error)) throw error;
				return false;
			}
		}, options(signal));
	}

	async runs(component?: string, signal?: AbortSignal): Promise<StationRun[]> {
		const filter = component === undefined ? { _id: { $ne: REGISTRY } } : { component };
		const documents = await this.#mongo.call(() => this.#collection.find(filter).toArray(), options(signal));
		return documents.map((document) => {
			const { end, outcome, ...run } = this.#read(RUN_DOCUMENT, document);
			return { ...run, end: end ?? undefined, outcome: outcome ?? undefined };
		});
	}

	async note(run: StationRun, signal?: AbortSignal): Promise<void> {
		const fields = { ...run, end: run.end ?? null, outcome: run.outcome ?? null };
		const _id = `${run.component}/${run.host}`;
		await this.#mongo.call(
			() => this.#collection.updateOne({ _id }, { $set: fields }, { upsert: true }),
			options(signal),
		);
	}

	/** Nothing that a person would miss is in these documents: one that is not what it must be may be removed. */
	#read<S extends v.GenericSchema>(schema: S, document: StationDocument): v.InferOutput<S> {
		const result = v.safeParse(schema, document);
		if (result.success) return result.output;
		const [issue] = result.issues;
		const field = v.getDotPath(issue) ?? "";
		const id = JSON.stringify(document._id);
		throw new Fault("data", `${this.name}: document _id ${id}: ${field} is not what it must be: ${issue.message}`, {
			hint: `remove it, the next run writes it anew: db.getCollection("${this.#collection.collectionName}").deleteOne({ _id: ${id} })`,
		});
	}
}
