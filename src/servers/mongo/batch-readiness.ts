import type { AnyBulkWriteOperation, Collection, Filter } from "mongodb";
import type { Conditions } from "../../line/batches/batch.ts";
import { unmet } from "../../line/batches/conditions.ts";
import { isBatch, type Page, type Place } from "../../line/batches/malformed.ts";
import type { Readiness } from "../../line/stations/ports.ts";
import type { RegisteredStation, Registry } from "../../line/stations/station.ts";
import { sampled } from "./batch-cuts.ts";
import { type BatchDocument, storedOf } from "./batch-documents.ts";
import { placeInList } from "./batch-malformed.ts";
import { inTurn } from "./batch-places.ts";
import { askingFor, KNOWN_FIELDS, OLDEST_FIRST, type QueriedBatch } from "./batch-query.ts";
import { failedOf, offerOf, outdatedFilters, sealed, unsealed } from "./batch-seal.ts";
import type { Mongo } from "./connection.ts";
import { OrderedPass } from "./ordered-pass.ts";

const PAGE = 200;
/** What is derived depends on no text of events, which may be long. */
export const FIELDS_FOR_DERIVING = { ...KNOWN_FIELDS, history: 0, "events.details": 0 } as const;

/** A batch's document as it was read. */
export type FoundBatch = QueriedBatch & BatchDocument & { readonly [field: string]: unknown };

const DERIVED = ["succeeded", "reached", "seen", "current"] as const;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Whether the derived fields that a malformed document has fulfil the conditions, as its server would say. */
function queriedFulfil(document: FoundBatch, { past, future, old, types, unless = [] }: Conditions): boolean {
	const [succeeded, reached, seen, current] = DERIVED.map((field) => listOf(document[field]));
	return (
		past.every((type) => succeeded?.includes(type)) &&
		!unless.some((type) => reached?.includes(type)) &&
		!future.some((type) => seen?.includes(type)) &&
		!old.some((type) => current?.includes(type)) &&
		(types.length === 0 || types.includes(document.type))
	);
}

/** The batches in MongoDB as they were derived for a registry. See `Readiness` for what it promises. */
export class MongoReadiness implements Readiness {
	readonly #mongo: Mongo;
	readonly #collection: Collection<FoundBatch>;
	readonly #name: string;
	readonly #registry: Registry;
	readonly #pageSize: number;

	/** `pageSize` batches are derived by one write. */
	constructor(
		mongo: Mongo,
		collection: string,
		{ registry, pageSize = PAGE }: { readonly registry: Registry; readonly pageSize?: number },
	) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.#name = `${mongo.database}.${collection}`;
		this.#registry = registry;
		this.#pageSize = pageSize;
	}

	async deriveFor(since: number, signal?: AbortSignal): Promise<number> {
		let written = 0;
		for (const filter of outdatedFilters(this.#registry, since)) {
			for await (const page of this.#pass(filter as Filter<FoundBatch>, signal))
				written += await this.derive(page, signal);
		}
		return written;
	}

	async offered(
		station: Pick<RegisteredStation, "key" | "conditions">,
		limit: number,
		after?: Place,
		signal?: AbortSignal,
	): Promise<Page> {
		const ask = async (filter: Filter<QueriedBatch>, most: number) => {
			const options = { sort: OLDEST_FIRST, limit: most, projection: KNOWN_FIELDS };
			const query = this.#collection.find(filter as Filter<FoundBatch>, options);
			return await this.#call(() => query.clone().toArray(), signal);
		};
		const documents = await inTurn({ ready_for: station.key }, { after, limit, ask });
		const found = documents.map((document) => storedOf(document, this.#name));
		const fits = found.map((stored) => !isBatch(stored) || unmet(stored, station.conditions).length === 0);
		const batches = found.filter((_, at) => fits[at]);
		const next = documents.map(placeInList).at(-1);
		const wrong = documents.filter((_, at) => !fits[at]);
		if (wrong.length > 0) await this.derive(wrong, signal);
		if (found.length < limit || next === undefined) return { batches, next: undefined };
		if (wrong.length === 0) return { batches, next };
		const more = await this.offered(station, limit - batches.length, next, signal);
		return { batches: [...batches, ...more.batches], next: more.next };
	}

	/**
	 * In no order: a server that has an index goes along it, one that has none reads its collection once. After an outage
	 * it begins again, as what was written is no longer in it.
	 */
	async *#pass(filter: Filter<FoundBatch>, signal: AbortSignal | undefined): AsyncGenerator<FoundBatch[]> {
		const pass = new OrderedPass<FoundBatch, never>(() =>
			this.#collection.find(filter, { batchSize: this.#pageSize, projection: FIELDS_FOR_DERIVING }),
		);
		for (;;) {
			const page: FoundBatch[] = await this.#call(() => pass.next(), signal);
			if (page.length === 0) return;
			yield page;
		}
	}

	/**
	 * Writes what follows from each document, as it was read whole or without the texts of its events, where no other
	 * write came since. Gives how many it wrote.
	 */
	async derive(documents: readonly FoundBatch[], signal?: AbortSignal): Promise<number> {
		const writes = documents.map((document): AnyBulkWriteOperation<FoundBatch> => {
			const { _id, version = null } = document;
			const filter = { _id, version } as unknown as Filter<FoundBatch>;
			return { updateOne: { filter, update: { $set: this.#derivedOf(document) as Partial<FoundBatch> } } };
		});
		const { matchedCount } = await this.#call(() => this.#collection.bulkWrite(writes, { ordered: false }), signal);
		return matchedCount;
	}

	#derivedOf(document: FoundBatch): object {
		const stored = storedOf(document, this.#name);
		if (isBatch(stored)) {
			const { id, succeeded, seen, current, firstEvent: first_event } = stored;
			const lists = { succeeded, reached: succeeded, seen, current, first_event, ...sampled(id) };
			// A server updates the indexes of each field that is written, also of one that stays the same.
			const differs = ([field, value]: [string, unknown]) => JSON.stringify(document[field]) !== JSON.stringify(value);
			// The seal is never written without what it vouches for: another run may have derived the batch meanwhile.
			return { ...Object.fromEntries(Object.entries(lists).filter(differs)), ...offerOf(stored, this.#registry) };
		}
		// A malformed document is offered by the derived fields that it has, so that a run reports it.
		const current = listOf(unsealed(document.current));
		const stations = this.#registry.stations.filter(({ conditions }) => queriedFulfil(document, conditions));
		const newest_failed = failedOf(listOf(document.seen), listOf(document.succeeded));
		return {
			newest_failed,
			current: sealed(current, this.#registry),
			ready_for: stations.map(({ key }) => key).toSorted(),
		};
	}

	async #call<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
		return await this.#mongo.call(attempt, askingFor(signal));
	}
}
