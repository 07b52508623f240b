import type { Collection, Document, Filter } from "mongodb";
import { GarbageCollector } from "../../base/garbage.ts";
import type { Mongo } from "./connection.ts";
import { OrderedPass } from "./ordered-pass.ts";
import { TANGLE_FIELDS } from "./stored-tangle.ts";
import { inRange, type Range, type RangeField, TangleRanges } from "./tangle-ranges.ts";

/**
 * A server without a fitting index, or without streams, gathers all of a range, or of the collection, before its first
 * answer. The patience of the config file is the limit where it is shorter.
 */
const ATTEMPT_MS = 600_000;

/** Documents after which garbage is collected: each leaves 5 to 8 KB, of which a third is the driver's. */
const COLLECT_EVERY = 1_000;

interface PassOptions {
	/** The field whose values give the order; no two documents may have the same. */
	readonly by: RangeField;
	/** Documents to a round trip. */
	readonly batchSize: number;
	/** What is asked of `by`, query after query: together all that is to be read. */
	readonly ranges: readonly Range[];
}

/** The tangle collection, for long reads. */
export class TangleCollection {
	readonly name: string;
	readonly ranges: TangleRanges;
	readonly #mongo: Mongo;
	readonly #collection: Collection<Document>;

	constructor(mongo: Mongo, collection: string, ranges = new TangleRanges(mongo, collection)) {
		this.ranges = ranges;
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	/** All documents that the filter takes, in one answer. */
	async all(filter: Filter<Document>): Promise<readonly Document[]> {
		const read = () => this.#collection.find(filter, { projection: TANGLE_FIELDS }).toArray();
		return await this.#mongo.call(read, { attemptMs: ATTEMPT_MS });
	}

	/**
	 * All documents of a filter in batches, range after range, each in order; after an outage the pass goes on behind the
	 * last document that came.
	 */
	async *pass(filter: Filter<Document>, options: PassOptions): AsyncGenerator<readonly Document[], void, undefined> {
		const garbage = new GarbageCollector(COLLECT_EVERY);
		for (const range of options.ranges) {
			for await (const documents of this.#range(filter, range, options)) {
				yield documents;
				garbage.made(documents.length);
			}
		}
	}

	async *#range(filter: Filter<Document>, range: Range, { by, batchSize }: PassOptions) {
		const pass = new OrderedPass((last: unknown) =>
			this.#collection.find(inRange(filter, by, last === undefined ? range : { ...range, $gt: last }), {
				projection: TANGLE_FIELDS,
				sort: { [by]: 1 },
				batchSize,
			}),
		);
		for (;;) {
			const documents = await this.#mongo.call(() => pass.next(), { attemptMs: ATTEMPT_MS });
			if (documents.length === 0) return;
			pass.passed(documents.at(-1)?.[by]);
			yield documents;
		}
	}
}
