import { type Collection, type Document, type Filter, ObjectId } from "mongodb";
import { orAborted } from "../../base/deadline.ts";
import { GarbageCollector } from "../../base/garbage.ts";
import { PageList, type Pages } from "../../enumeration/stencils/pages.ts";
import type { Id, TanglePages } from "../../enumeration/stencils/ports.ts";
import type { Mongo } from "./connection.ts";
import { badDocument } from "./document.ts";
import { OrderedPass } from "./ordered-pass.ts";
import { inRange, type Range, TangleRanges } from "./tangle-ranges.ts";

/** Ids to a round trip: few enough to be no burden on memory, many enough that round trips do not count. */
const BATCH = 2000;
/** Ids after which garbage is collected: each leaves 1 to 2 KB. */
const COLLECT_EVERY = 10_000;
/** The first answer may take this long: a server without a fitting index reads its whole collection before it. */
const ATTEMPT_MS = 120_000;

/** Page starts of the tangles in MongoDB, found in one pass over the ids, in their order. */
export class MongoTanglePages implements TanglePages {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<Document>;
	readonly #signal: AbortSignal;
	readonly #ranges: TangleRanges;
	readonly #garbage = new GarbageCollector(COLLECT_EVERY);

	constructor(mongo: Mongo, collection: string, signal: AbortSignal, ranges = new TangleRanges(mongo, collection)) {
		this.#ranges = ranges;
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.#signal = signal;
		this.name = `${mongo.database}.${collection}`;
	}

	async find(tcn: number, goodOnly: boolean, pageSize: number): Promise<Pages> {
		const pages = new PageList(pageSize);
		const filter = goodOnly ? { TCN: tcn, is_good: true } : { TCN: tcn };
		const ranges = await this.#ranges.ofIds(tcn, this.#signal);
		for (const range of ranges) await this.#passOver(filter, range, pages);
		return pages;
	}

	async #passOver(filter: Filter<Document>, range: Range, pages: PageList): Promise<void> {
		const pass = new OrderedPass((after: ObjectId | undefined) =>
			this.#collection.find(inRange(filter, "_id", after === undefined ? range : { ...range, $gt: after }), {
				projection: { _id: 1 },
				sort: { _id: 1 },
				batchSize: BATCH,
			}),
		);
		for (;;) {
			const batch = this.#mongo.call(() => pass.next(), { signal: this.#signal, attemptMs: ATTEMPT_MS });
			const documents: readonly { readonly _id: unknown }[] = await orAborted(this.#signal, batch);
			if (documents.length === 0) return;
			for (const { _id: id } of documents) {
				if (!(id instanceof ObjectId)) throw badDocument(this.name, id, "_id is not an ObjectId");
				if (pages.pass()) pages.start(id.toHexString());
				pass.passed(id);
			}
			this.#garbage.made(documents.length);
		}
	}

	async look(ids: readonly Id[]): Promise<Map<Id, { tcn: number; good: boolean }>> {
		const keys = ids.map((id) => new ObjectId(id));
		const found = await this.#mongo.call(() => this.#collection.find({ _id: { $in: keys } }).toArray());
		return new Map(found.map(({ _id, TCN, is_good }) => [_id.toHexString(), { tcn: TCN, good: is_good === true }]));
	}
}
