import * as v from "valibot";
import type { Conditions } from "../../line/batches/batch.ts";
import { filterOf } from "./batch-query.ts";
import type { Mongo } from "./connection.ts";

const COUNTED = v.object({ n: v.number() });

/** Counts batches; by the old command, because the driver's own way is an aggregation. */
export class BatchCounts {
	readonly #mongo: Mongo;
	readonly #collection: string;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = collection;
	}

	/** Batches that fulfil the conditions. */
	async ready(conditions: Conditions): Promise<number> {
		return await this.#count(filterOf(conditions));
	}

	/** Batches whose newest event of this type failed. */
	async failed(event: string): Promise<number> {
		return await this.#count({ seen: event, succeeded: { $ne: event } });
	}

	async #count(query: object): Promise<number> {
		const answer = await this.#mongo.call((db) => db.command({ count: this.#collection, query }));
		return v.parse(COUNTED, answer).n;
	}
}
