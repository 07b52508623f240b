import type { Collection, Document, Filter } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { TangleTable } from "../../enumeration/export/export-table.ts";
import type { TableQuery } from "../../enumeration/export/table.ts";
import { POSITIVITIES, type TangleFields } from "../../enumeration/tangles/tangle.ts";
import type { Mongo } from "./connection.ts";
import { uniqueKeys } from "./indexes.ts";
import { OrderedPass } from "./ordered-pass.ts";
import { TANGLE_FIELDS, tangleOf } from "./stored-tangle.ts";

const BATCH = 2000;
const ATTEMPT_MS = 120_000;

/**
 * Throws a Fault "data" where no unique index on `notation` makes it sure that none comes twice; `otherwise`: what else
 * helps.
 */
export async function requireUniqueNotation(mongo: Mongo, collection: string, otherwise = ""): Promise<void> {
	if ((await uniqueKeys(mongo, collection)).includes("notation")) return;
	throw new Fault("data", `${mongo.database}.${collection}: there is no unique index on notation`, {
		hint: `${otherwise}make the index with \`tangles init\``,
	});
}

/** Tangles in the order of the unique index on `notation`, which must be there. */
export class MongoTangleTable implements TangleTable {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<Document>;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async *byNotation(query: TableQuery, after: string | undefined): AsyncGenerator<readonly TangleFields[]> {
		const { from_tcn, to_tcn, positivity, good } = query;
		const filter: Filter<Document> = {
			TCN: from_tcn === to_tcn ? from_tcn : { $gte: from_tcn, $lte: to_tcn },
			// By what is left out: a document with neither value comes, and is found to be wrong.
			positivity: { $nin: POSITIVITIES.filter((other) => !positivity.includes(other)) },
			...(good ? { is_good: { $ne: false } } : {}),
		};
		const pass = new OrderedPass((last: string | undefined) =>
			this.#collection.find(last === undefined ? filter : { ...filter, notation: { $gt: last } }, {
				projection: TANGLE_FIELDS,
				sort: { notation: 1 },
				// Of the indexes on TCN a server could choose, none gives this order: it would sort all in memory.
				hint: { notation: 1 },
				batchSize: BATCH,
			}),
		);
		if (after !== undefined) pass.passed(after);
		for (;;) {
			const documents = await this.#mongo.call(() => pass.next(), { attemptMs: ATTEMPT_MS });
			if (documents.length === 0) return;
			const tangles = documents.map((document) => tangleOf(document, this.name));
			pass.passed(tangles.at(-1)?.notation ?? "");
			yield tangles;
		}
	}
}
