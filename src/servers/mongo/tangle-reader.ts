import type { Document } from "mongodb";
import type { StoredTangle } from "../../enumeration/verify/findings.ts";
import type { TangleSource } from "../../enumeration/verify/prove.ts";
import type { Mongo } from "./connection.ts";
import { tangleOf } from "./stored-tangle.ts";
import { TangleCollection } from "./tangle-collection.ts";
import type { TangleRanges } from "./tangle-ranges.ts";

const PASS = { by: "_id", batchSize: 2000 } as const;

/** All tangles of a TCN, in one pass. */
export class MongoTangleReader implements TangleSource {
	readonly #tangles: TangleCollection;

	constructor(mongo: Mongo, collection: string, ranges?: TangleRanges) {
		this.#tangles = new TangleCollection(mongo, collection, ranges);
	}

	get name(): string {
		return this.#tangles.name;
	}

	async *checked(TCN: number): AsyncGenerator<number, void, undefined> {
		for await (const batch of this.#pass(TCN)) {
			for (const document of batch) tangleOf(document, this.name);
			yield batch.length;
		}
	}

	async *of(TCN: number): AsyncGenerator<readonly StoredTangle[], void, undefined> {
		for await (const batch of this.#pass(TCN)) yield batch.map(asStored);
	}

	async named(notations: readonly string[]): Promise<readonly StoredTangle[]> {
		const found = await this.#tangles.all({ notation: { $in: [...notations] } });
		return found.map(asStored);
	}

	async *#pass(TCN: number): AsyncGenerator<readonly Document[], void, undefined> {
		yield* this.#tangles.pass({ TCN }, { ...PASS, ranges: await this.#tangles.ranges.ofIds(TCN) });
	}
}

/** A notation that is no text is no tangle's; the finding shows it as JSON. */
function asStored({ notation, TCN, is_good, positivity }: Document): StoredTangle {
	return {
		notation: typeof notation === "string" ? notation : (JSON.stringify(notation) ?? ""),
		TCN,
		is_good,
		positivity,
	};
}
