import type { Document, Filter } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { ComparedTangles } from "../../enumeration/compare/compare.ts";
import type { TableQuery } from "../../enumeration/export/table.ts";
import { countTangles } from "../../enumeration/tangles/grammar/counts.ts";
import { POSITIVITIES, type TangleFields } from "../../enumeration/tangles/tangle.ts";
import type { Mongo } from "./connection.ts";
import { uniqueKeys } from "./indexes.ts";
import { tangleOf } from "./stored-tangle.ts";
import { TangleCollection } from "./tangle-collection.ts";
import { notationsBehind, type TangleRanges } from "./tangle-ranges.ts";

const BATCH = 2000;
/**
 * The tangles of one TCN are sorted here where there are no more of them: the pass over the index on `notation` meets
 * those of every TCN. All of TCN 11 are 94,000, and 25 MB.
 */
const MOST_SORTED = 100_000;

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
export class MongoTangleTable implements ComparedTangles {
	readonly #tangles: TangleCollection;

	constructor(mongo: Mongo, collection: string, ranges?: TangleRanges) {
		this.#tangles = new TangleCollection(mongo, collection, ranges);
	}

	get name(): string {
		return this.#tangles.name;
	}

	async named(notations: readonly string[]): Promise<readonly { readonly notation: string }[]> {
		const found = await this.#tangles.all({ notation: { $in: [...notations] } });
		return found.map(({ notation }) => ({ notation: String(notation) }));
	}

	async *byNotation(query: TableQuery, after: string | undefined): AsyncGenerator<readonly TangleFields[]> {
		const { from_tcn, to_tcn, positivity, good } = query;
		const filter: Filter<Document> = {
			TCN: from_tcn === to_tcn ? from_tcn : { $gte: from_tcn, $lte: to_tcn },
			// By what is left out: a document with neither value comes, and is found to be wrong.
			positivity: { $nin: POSITIVITIES.filter((other) => !positivity.includes(other)) },
			...(good ? { is_good: { $ne: false } } : {}),
		};
		if (from_tcn === to_tcn && isFew(from_tcn)) {
			yield* this.#sorted(filter, from_tcn, after);
			return;
		}
		const all = await this.#tangles.ranges.ofNotations(to_tcn);
		const ranges = after === undefined ? all : notationsBehind(all, after);
		for await (const batch of this.#tangles.pass(filter, { by: "notation", batchSize: BATCH, ranges })) {
			yield batch.map((document) => tangleOf(document, this.name));
		}
	}

	async *#sorted(filter: Filter<Document>, tcn: number, after: string | undefined) {
		const found: TangleFields[] = [];
		const ranges = await this.#tangles.ranges.ofIds(tcn);
		for await (const batch of this.#tangles.pass(filter, { by: "_id", batchSize: BATCH, ranges })) {
			const tangles = batch.map((document) => tangleOf(document, this.name));
			found.push(...tangles.filter(({ notation }) => after === undefined || notation > after));
		}
		found.sort((a, b) => (a.notation < b.notation ? -1 : 1));
		for (let at = 0; at < found.length; at += BATCH) yield found.slice(at, at + BATCH);
	}
}

function isFew(tcn: number): boolean {
	return (countTangles(tcn).at(-1)?.total ?? 0n) <= MOST_SORTED;
}
