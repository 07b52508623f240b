import * as v from "valibot";
import type { Batch, Conditions } from "../../line/batches/batch.ts";
import { unmet } from "../../line/batches/conditions.ts";
import { isBatch } from "../../line/batches/malformed.ts";
import type { RegisteredStation, Registry } from "../../line/stations/station.ts";
import { ListCuts } from "./batch-cuts.ts";
import { storedOf } from "./batch-documents.ts";
import { inTurn } from "./batch-places.ts";
import { askingFor, filterOf, OLDEST_FIRST } from "./batch-query.ts";
import { FIELDS_FOR_DERIVING, type FoundBatch } from "./batch-readiness.ts";
import { outdatedFilters } from "./batch-seal.ts";
import type { Mongo } from "./connection.ts";
import { engineOf } from "./health.ts";

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
	/** The first event of the batch that is next; undefined where none is ready, or none has a date. */
	readonly oldest: Date | undefined;
}

/** Where thousands wait, by the key of the station, and when that was found out, by `performance.now()`. */
export type ManyWaiting = Map<string, Waiting & { readonly at: number }>;

/**
 * A count of thousands is kept for so long: a few batches more or less do not change what it says. An older one is still
 * given while they are counted again, which takes seconds, unless nobody has asked for so long that it is too old.
 */
const MANY_KEPT_MS = 300_000;
const MANY_USED_MS = 900_000;

const firstEventOf = (document: { readonly first_event?: unknown } | undefined) =>
	document?.first_event instanceof Date ? document.first_event : undefined;

/**
 * Counts what is ready for the stations of a registry, by what was derived for them; batches that nobody has derived yet
 * are looked at, nothing is written.
 */
export class StationCounts {
	readonly #mongo: Mongo;
	readonly #name: string;
	readonly #registry: Registry;
	readonly #many: ManyWaiting;
	readonly #cuts: ListCuts;
	#keysOfMany: Promise<ReadonlySet<string>> | undefined;
	#outdated: Promise<Outdated[] | undefined> | undefined;

	/** `many` is shared by those who ask again and again. */
	constructor(mongo: Mongo, collection: string, registry: Registry, many: ManyWaiting = new Map()) {
		this.#many = many;
		this.#cuts = new ListCuts(mongo, collection);
		this.#mongo = mongo;
		this.#name = collection;
		this.#registry = registry;
	}

	/** Of the station with that key. Asks by its conditions where it is not registered. */
	async waiting(key: string, conditions: Conditions): Promise<Waiting> {
		const isRegistered = this.#registry.stations.some((station) => station.key === key);
		this.#outdated ??= isRegistered ? this.#findOutdated() : undefined;
		const outdated = isRegistered ? await this.#outdated : undefined;
		if (outdated === undefined) return await this.#asked(key, filterOf(conditions));
		const { ready, oldest } = await this.#asked(key, { ready_for: key });
		const offered = outdated.filter(({ document }) => document.ready_for?.includes(key) === true);
		const really = outdated.flatMap(({ batch }) =>
			batch !== undefined && unmet(batch, conditions).length === 0 ? [batch.firstEvent] : [],
		);
		const times = [oldest, ...really].flatMap((time) => time?.getTime() ?? []);
		const count = ready - offered.length + really.length;
		return { ready: count, oldest: count === 0 || times.length === 0 ? undefined : new Date(Math.min(...times)) };
	}

	/**
	 * The oldest of what is ready for the station with that key, at most `limit`, without the details of their events;
	 * undefined where it is not registered, or where too many batches are not derived for it.
	 */
	async oldest(
		{ key, conditions }: Pick<RegisteredStation, "key" | "conditions">,
		limit: number,
		signal: AbortSignal,
	): Promise<Batch[] | undefined> {
		if (!this.#registry.stations.some((station) => station.key === key)) return undefined;
		this.#outdated ??= this.#findOutdated();
		const outdated = await this.#outdated;
		if (outdated === undefined) return undefined;
		const ask = async (filter: object, most: number) => {
			const options = { sort: OLDEST_FIRST, limit: most, projection: FIELDS_FOR_DERIVING };
			const query = this.#mongo.db.collection<FoundBatch>(this.#name).find(filter, options);
			return await this.#mongo.call(() => query.clone().toArray(), askingFor(signal));
		};
		const list = { range: undefined, descending: false, limit };
		const cut = (await this.#isMany(key)) ? async () => await this.#cuts.ranges(list, signal) : undefined;
		const offered = await inTurn({ ready_for: key }, { after: undefined, limit, ask, ...(cut && { cut }) });
		const stored = offered.map((document) => storedOf(document, this.#name)).filter(isBatch);
		const all = [...stored, ...outdated.flatMap(({ batch }) => batch ?? [])];
		const ready = all.filter((batch) => unmet(batch, conditions).length === 0);
		const each = [...new Map(ready.map((batch) => [batch.id, batch])).values()];
		return each.toSorted((a, b) => a.firstEvent.getTime() - b.firstEvent.getTime()).slice(0, limit);
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

	/** What the filter finds; `key` is the name under which an answer of thousands is kept. */
	async #asked(key: string, filter: object): Promise<Waiting> {
		const known = this.#many.get(key);
		const age = known === undefined ? Number.POSITIVE_INFINITY : performance.now() - known.at;
		if (known === undefined || age > MANY_USED_MS) return await this.#counted(key, filter);
		if (age > MANY_KEPT_MS) {
			this.#many.set(key, { ...known, at: performance.now() });
			// Where that fails, the next who asks counts, and is told why.
			this.#counted(key, filter).catch(() => this.#many.delete(key));
		}
		return known;
	}

	async #counted(key: string, filter: object): Promise<Waiting> {
		// Some servers gather all of an answer before they give any.
		const ranges = (await this.#isMany(key)) ? await this.#cuts.evenRanges(3) : [];
		const waiting = ranges.length === 0 ? await this.#atOnce(filter) : await this.#inPieces(filter, ranges);
		if (waiting.ready < MOST_BY_ID) this.#many.delete(key);
		else this.#many.set(key, { ...waiting, at: performance.now() });
		return waiting;
	}

	async #isMany(key: string): Promise<boolean> {
		this.#keysOfMany ??= this.#cuts.keysOfMany();
		return (await this.#keysOfMany).has(key);
	}

	async #atOnce(filter: object): Promise<Waiting> {
		const options = { sort: OLDEST_FIRST, projection: { first_event: 1 }, limit: MOST_BY_ID, batchSize: MOST_BY_ID };
		const query = this.#mongo.db.collection<FoundBatch>(this.#name).find(filter, options);
		const some = await this.#mongo.call(() => query.clone().toArray());
		const ready = some.length < MOST_BY_ID ? some.length : await this.#countMany(filter);
		// What is no date stands before all dates.
		return { ready, oldest: some.map(firstEventOf).find((time) => time !== undefined) };
	}

	async #inPieces(filter: object, ranges: readonly object[]): Promise<Waiting> {
		let ready = 0;
		let oldest: Date | undefined;
		for (const first_event of ranges) {
			const options = { projection: { _id: 0, first_event: 1 }, batchSize: MOST_BY_ID };
			const query = this.#mongo.db.collection<FoundBatch>(this.#name).find({ ...filter, first_event }, options);
			const some = await this.#mongo.call(() => query.clone().toArray());
			ready += some.length;
			for (const document of some) {
				const first = firstEventOf(document);
				if (first !== undefined && (oldest === undefined || first < oldest)) oldest = first;
			}
		}
		return { ready, oldest };
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

	async #count(query: object): Promise<number> {
		const few = await this.#ids(query, MOST_BY_ID);
		return few < MOST_BY_ID ? few : await this.#countMany(query);
	}

	async #countMany(query: object): Promise<number> {
		// A server that counts documents one by one looks at all of the collection, whatever the query.
		const { knowsCounts } = await engineOf(this.#mongo);
		if (!knowsCounts) return await this.#ids(query);
		const answer = await this.#mongo.call((db) => db.command({ count: this.#name, query }));
		return v.parse(COUNTED, answer).n;
	}

	/** Counts by their ids, along the index: not every server counts along one. */
	async #ids(query: object, limit?: number): Promise<number> {
		const options = { projection: { _id: 1 }, batchSize: MOST_BY_ID, ...(limit !== undefined && { limit }) };
		const found = this.#mongo.db.collection<FoundBatch>(this.#name).find(query, options);
		return (await this.#mongo.call(() => found.clone().toArray())).length;
	}
}
