import type { Document } from "mongodb";
import type { StoredTangle } from "../../enumeration/verify/findings.ts";
import type { TangleSource } from "../../enumeration/verify/prove.ts";
import type { Mongo } from "./connection.ts";
import { tangleOf } from "./stored-tangle.ts";
import { TangleCollection } from "./tangle-collection.ts";

const PASS = { by: "_id", batchSize: 2000 } as const;

/** All tangles of a TCN, in one ordered pass. */
export class MongoTangleReader implements TangleSource {
	readonly #tangles: TangleCollection;

	constructor(mongo: Mongo, collection: string) {
		this.#tangles = new TangleCollection(mongo, collection);
	}

	get name(): string {
		return this.#tangles.name;
	}

	async *checked(TCN: number): AsyncGenerator<number, void, undefined> {
		for await (const batch of this.#tangles.pass({ TCN }, PASS)) {
			for (const document of batch) tangleOf(document, this.name);
			yield batch.length;
		}
	}

	async *of(TCN: number): AsyncGenerator<readonly StoredTangle[], void, undefined> {
		for await (const batch of this.#tangles.pass({ TCN }, PASS)) yield batch.map(asStored);
	}

	async named(notations: readonly string[]): Promise<readonly StoredTangle[]> {
		const found = await this.#tangles.all({ notation: { $in: [...notations] } });
		return found.map(asStored);
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
