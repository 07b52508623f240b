import type { Document, Filter } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { TangleTable } from "../../enumeration/export/export-table.ts";
import type { TableQuery } from "../../enumeration/export/table.ts";
import { POSITIVITIES, type TangleFields } from "../../enumeration/tangles/tangle.ts";
import type { Mongo } from "./connection.ts";
import { uniqueKeys } from "./indexes.ts";
import { tangleOf } from "./stored-tangle.ts";
import { TangleCollection } from "./tangle-collection.ts";

const BATCH = 2000;

/**
 * Throws a Fault "data" where no unique index on `notation` makes sure that no tangle comes twice. `otherwise` stands at
 * the head of its hint: another way out.
 */
export async function requireUniqueNotation(mongo: Mongo, collection: string, otherwise = ""): Promise<void> {
	if ((await uniqueKeys(mongo, collection)).includes("notation")) return;
	throw new Fault("data", `${mongo.database}.${collection}: there is no unique index on notation`, {
		hint: `${otherwise}make the index with \`tangles init\``,
	});
}

/** Tangles in the order of the unique index on `notation`, which must be there. */
export class MongoTangleTable implements TangleTable {
	readonly #tangles: TangleCollection;

	constructor(mongo: Mongo, collection: string) {
		this.#tangles = new TangleCollection(mongo, collection);
	}

	get name(): string {
		return this.#tangles.name;
	}

	async *byNotation(query: TableQuery, after: string | undefined): AsyncGenerator<readonly TangleFields[]> {
		const { from_tcn, to_tcn, positivity, good } = query;
		const filter: Filter<Document> = {
			TCN: from_tcn === to_tcn ? from_tcn : { $gte: from_tcn, $lte: to_tcn },
			// By what is left out: a document with neither value comes, and is found to be wrong.
			positivity: { $nin: POSITIVITIES.filter((other) => !positivity.includes(other)) },
			...(good ? { is_good: { $ne: false } } : {}),
		};
		// Of the indexes on TCN a server could choose, none gives this order: it would sort all in memory.
		const options = { by: "notation", batchSize: BATCH, hint: { notation: 1 }, after } as const;
		for await (const batch of this.#tangles.pass(filter, options)) {
			yield batch.map((document) => tangleOf(document, this.name));
		}
	}
}
