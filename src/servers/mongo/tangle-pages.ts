import { type Collection, type Filter, ObjectId } from "mongodb";
import { orAborted } from "../../base/deadline.ts";
import { PageList, type Pages } from "../../enumeration/stencils/pages.ts";
import type { Id, TanglePages } from "../../enumeration/stencils/ports.ts";
import type { Mongo } from "./connection.ts";
import { badDocument } from "./document.ts";
import { OrderedPass } from "./ordered-pass.ts";

/** Ids to a round trip: few enough to be no burden on memory, many enough that round trips do not count. */
const BATCH = 2000;
/** The first answer may take this long: a server without a fitting index sorts the whole TCN before it. */
const ATTEMPT_MS = 120_000;

interface Tangle {
	_id: ObjectId;
	TCN: number;
	is_good: boolean;
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
		const pass = new OrderedPass((after: ObjectId | undefined) =>
			this.#collection.find<{ _id: unknown }>(after === undefined ? filter : { ...filter, _id: { $gt: after } }, {
				projection: { _id: 1 },
				sort: { _id: 1 },
				batchSize: BATCH,
			}),
		);
		for (;;) {
			const batch = this.#mongo.call(() => pass.next(), { signal: this.#signal, attemptMs: ATTEMPT_MS });
			const documents = await orAborted(this.#signal, batch);
			if (documents.length === 0) return pages;
			for (const { _id: id } of documents) {
				if (!(id instanceof ObjectId)) throw badDocument(this.name, id, "_id is not an ObjectId");
				if (pages.pass()) pages.start(id.toHexString());
				pass.passed(id);
			}
		}
	}

	async look(ids: readonly Id[]): Promise<Map<Id, { tcn: number; good: boolean }>> {
		const keys = ids.map((id) => new ObjectId(id));
		const found = await this.#mongo.call(() => this.#collection.find({ _id: { $in: keys } }).toArray());
		return new Map(found.map(({ _id, TCN, is_good }) => [_id.toHexString(), { tcn: TCN, good: is_good === true }]));
	}
}
