import { BSON, type Document } from "mongodb";
import type { TangleSource } from "../../enumeration/verify/examine.ts";
import type { StoredTangle } from "../../enumeration/verify/findings.ts";
import type { Mongo } from "./connection.ts";
import { tangleOf } from "./stored-tangle.ts";
import { TangleCollection } from "./tangle-collection.ts";
import type { TangleRanges } from "./tangle-ranges.ts";

const { EJSON } = BSON;
const PASS = { by: "_id", batchSize: 1000 } as const;

/** All tangles of a TCN, in parts; each text is a range of `_id`s. */
export class MongoTangleReader implements TangleSource {
	readonly #tangles: TangleCollection;

	constructor(mongo: Mongo, collection: string, ranges?: TangleRanges) {
		this.#tangles = new TangleCollection(mongo, collection, ranges);
	}

	get name(): string {
		return this.#tangles.name;
	}

	async parts(TCN: number): Promise<readonly string[]> {
		const ranges = await this.#tangles.ranges.ofIds(TCN);
		// Left out where it takes every document: EJSON would write null.
		return ranges.map((range) => EJSON.stringify(range === undefined ? {} : { range }, { relaxed: false }));
	}

	async *checked(TCN: number, part: string): AsyncGenerator<number, void, undefined> {
		for await (const batch of this.#pass(TCN, part)) {
			for (const document of batch) tangleOf(document, this.name);
			yield batch.length;
		}
	}

	async *of(TCN: number, part: string): AsyncGenerator<readonly StoredTangle[], void, undefined> {
		for await (const batch of this.#pass(TCN, part)) yield batch.map(asStored);
	}

	async named(notations: readonly string[]): Promise<readonly StoredTangle[]> {
		const found = await this.#tangles.all({ notation: { $in: [...notations] } });
		return found.map(asStored);
	}

	async *#pass(TCN: number, part: string): AsyncGenerator<readonly Document[], void, undefined> {
		const { range } = EJSON.parse(part, { relaxed: false });
		yield* this.#tangles.pass({ TCN }, { ...PASS, ranges: [range] });
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
