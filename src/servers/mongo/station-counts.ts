import * as v from "valibot";
import type { Batch, Conditions } from "../../line/batches/batch.ts";
import { unmet } from "../../line/batches/conditions.ts";
import { isBatch } from "../../line/batches/malformed.ts";
import type { Registry } from "../../line/stations/station.ts";
import { storedOf } from "./batch-documents.ts";
import { filterOf, OLDEST_FIRST } from "./batch-query.ts";
import { FIELDS_FOR_DERIVING, type FoundBatch } from "./batch-readiness.ts";
import { outdatedFilters } from "./batch-seal.ts";
import type { Mongo } from "./connection.ts";

const COUNTED = v.object({ n: v.number() });

/** So many batches that are not derived are looked at one by one; of more, the server is asked by conditions. */
const MOST_OUTDATED = 1000;

const MOST_BY_ID = 1000;

/** A batch that is not derived for the newest registry. */
interface Outdated {
	readonly document: FoundBatch;
	/** Undefined where the document is malformed. */
	readonly batch: Batch | undefined;
}

/** What waits at one station. */
export interface Waiting {
	readonly ready: number;
	/** The first event of the batch that is next; undefined where none is ready. */
	readonly oldest: Date | undefined;
}

/**
 * Counts what is ready for the stations of a registry, by what was derived for them; batches that nobody has derived yet
 * are looked at, nothing is written.
 */
export class StationCounts {
	readonly #mongo: Mongo;
	readonly #name: string;
	readonly #registry: Registry;
	#outdated: Promise<Outdated[] | undefined> | undefined;

	constructor(mongo: Mongo, collection: string, registry: Registry) {
		this.#mongo = mongo;
		this.#name = collection;
		this.#registry = registry;
	}

	/** Of the station with that key. Asks by its conditions where it is not registered. */
	async waiting(key: string, conditions: Conditions): Promise<Waiting> {
		const isRegistered = this.#registry.stations.some((station) => station.key === key);
		this.#outdated ??= isRegistered ? this.#findOutdated() : undefined;
		const outdated = isRegistered ? await this.#outdated : undefined;
		if (outdated === undefined) return await this.#asked(filterOf(conditions));
		const { ready, oldest } = await this.#asked({ ready_for: key });
		const offered = outdated.filter(({ document }) => document.ready_for?.includes(key) === true);
		const really = outdated.flatMap(({ batch }) =>
			batch !== undefined && unmet(batch, conditions).length === 0 ? [batch.firstEvent] : [],
		);
		const times = [oldest, ...really].flatMap((time) => time?.getTime() ?? []);
		const count = ready - offered.length + really.length;
		return { ready: count, oldest: count === 0 || times.length === 0 ? undefined : new Date(Math.min(...times)) };
	}

	/** Batches whose newest event of this type failed. */
	async failed(event: string): Promise<number> {
		if (this.#registry.generation > 0) this.#outdated ??= this.#findOutdated();
		const outdated = await this.#outdated;
		if (outdated === undefined) return await this.#count({ seen: event, succeeded: { $ne: event } });
		const failed = await this.#count({ newest_failed: event });
		const noted = outdated.filter(({ document }) => document.newest_failed?.includes(event) === true);
		const really = outdated.filter(
			({ batch }) => batch?.seen.includes(event) === true && !batch.succeeded.includes(event),
		);
		return failed - noted.length + really.length;
	}

	async #asked(filter: object): Promise<Waiting> {
		const options = { sort: OLDEST_FIRST, projection: { first_event: 1 } };
		const [ready, first] = await Promise.all([
			this.#count(filter),
			this.#mongo.call(() => this.#mongo.db.collection<FoundBatch>(this.#name).findOne(filter, options)),
		]);
		return { ready, oldest: first?.first_event instanceof Date ? first.first_event : undefined };
	}

	/** Undefined where they are too many to be looked at. */
	async #findOutdated(): Promise<Outdated[] | undefined> {
		const found: FoundBatch[] = [];
		for (const filter of outdatedFilters(this.#registry, this.#registry.generation)) {
			const options = { projection: FIELDS_FOR_DERIVING, limit: MOST_OUTDATED };
			const query = this.#mongo.db.collection<FoundBatch>(this.#name).find(filter as object, options);
			found.push(...(await this.#mongo.call(() => query.clone().toArray())));
			if (found.length >= MOST_OUTDATED) return undefined;
		}
		return found.map((document) => {
			const stored = storedOf(document, this.#name);
			return { document, batch: isBatch(stored) ? stored : undefined };
		});
	}

	/** Few are counted by their ids, along the index: not every server counts along one. */
	async #count(query: object): Promise<number> {
		const few = this.#mongo.db
			.collection<FoundBatch>(this.#name)
			.find(query, { projection: { _id: 1 }, limit: MOST_BY_ID, batchSize: MOST_BY_ID });
		const ids = await this.#mongo.call(() => few.clone().toArray());
		if (ids.length < MOST_BY_ID) return ids.length;
		const answer = await this.#mongo.call((db) => db.command({ count: this.#name, query }));
		return v.parse(COUNTED, answer).n;
	}
}
