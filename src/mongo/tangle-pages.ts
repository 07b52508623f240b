import { type Collection, type Filter, type FindCursor, ObjectId } from "mongodb";
import { unlessAborted } from "../base/deadline.ts";
import { PageList, type Pages } from "../producer/pages.ts";
import type { TanglePages } from "../producer/ports.ts";
import type { Mongo } from "./connection.ts";
import { badDocument } from "./document.ts";

/** Ids to a round trip: few enough to be no burden on memory, many enough that round trips do not count. */
const BATCH = 2000;
/** The first answer may take this long: a server without a fitting index sorts the whole TCN before it. */
const ATTEMPT_MS = 120_000;

interface Tangle {
	_id: ObjectId;
	TCN: number;
	is_good: boolean;
}

/** One ordered pass over the ids of some tangles; after an outage it goes on behind the last id that came. */
class IdPass {
	readonly #open: (after: ObjectId | undefined) => FindCursor<{ _id: unknown }>;
	#cursor: FindCursor<{ _id: unknown }> | undefined;
	#last: ObjectId | undefined;

	constructor(open: (after: ObjectId | undefined) => FindCursor<{ _id: unknown }>) {
		this.#open = open;
	}

	/** The next ids; none at the end. May be called again after it failed or was given up. */
	async next(): Promise<unknown[]> {
		const cursor = this.#cursor ?? this.#open(this.#last);
		// Given back only once the answer is there: an attempt that was given up must not share its cursor with the next.
		this.#cursor = undefined;
		const first = await cursor.next();
		if (first === null) return [];
		const ids = [first, ...cursor.readBufferedDocuments()].map(({ _id }) => _id);
		this.#cursor = cursor;
		return ids;
	}

	/** Notes that all up to `id` came. */
	passed(id: ObjectId): void {
		this.#last = id;
	}
}

/** Page starts of the tangles in MongoDB, found in one ordered pass over the ids. */
export class MongoTanglePages implements TanglePages {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<Tangle>;
	readonly #signal: AbortSignal;

	constructor(mongo: Mongo, collection: string, signal: AbortSignal) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection<Tangle>(collection);
		this.#signal = signal;
		this.name = `${mongo.database}.${collection}`;
	}

	async find(tcn: number, goodOnly: boolean, pageSize: number): Promise<Pages> {
		const pages = new PageList(pageSize);
		const filter: Filter<Tangle> = goodOnly ? { TCN: tcn, is_good: true } : { TCN: tcn };
		const pass = new IdPass((after) =>
			this.#collection.find<{ _id: unknown }>(after === undefined ? filter : { ...filter, _id: { $gt: after } }, {
				projection: { _id: 1 },
				sort: { _id: 1 },
				batchSize: BATCH,
			}),
		);
		for (;;) {
			const batch = this.#mongo.call(() => pass.next(), { signal: this.#signal, attemptMs: ATTEMPT_MS });
			const ids = await unlessAborted(this.#signal, batch);
			if (ids.length === 0) return pages;
			for (const id of ids) {
				if (!(id instanceof ObjectId)) throw badDocument(this.name, id, "_id is not an ObjectId");
				if (pages.pass()) pages.start(id.toHexString());
				pass.passed(id);
			}
		}
	}
}
