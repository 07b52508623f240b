import { isFault } from "../../base/fault.ts";
import { derive } from "../../line/batches/derive.ts";
import { batchOf } from "./batch-documents.ts";
import type { Mongo } from "./connection.ts";

const FIELDS = ["succeeded", "seen", "current"] as const;
const PAGE = 500;

/**
 * Goes through the batches, for at most `ms`, and names those whose derived fields are not what follows from their events,
 * or whose documents are malformed.
 */
export async function batchesThatDoNotFit(
	mongo: Mongo,
	collection: string,
	ms: number,
): Promise<{ looked: number; all: boolean; wrong: string[] }> {
	const end = performance.now() + ms;
	const wrong: string[] = [];
	let looked = 0;
	let last: string | undefined;
	for (;;) {
		const filter = last === undefined ? {} : { _id: { $gt: last } };
		const documents = await mongo.call((db) =>
			db
				.collection<{ _id: string; [field: string]: unknown }>(collection)
				.find(filter, { sort: { _id: 1 }, limit: PAGE })
				.toArray(),
		);
		for (const document of documents) {
			looked += 1;
			last = document._id;
			if (!fits(document, collection)) wrong.push(String(document._id));
		}
		if (documents.length < PAGE) return { looked, all: true, wrong };
		if (performance.now() > end) return { looked, all: false, wrong };
	}
}

function fits(document: { readonly _id: string; readonly [field: string]: unknown }, collection: string): boolean {
	try {
		const { events, modified } = batchOf(document, collection);
		const derived = derive(events, modified);
		return FIELDS.every((field) => JSON.stringify(document[field]) === JSON.stringify(derived[field]));
	} catch (error) {
		if (isFault(error, "data")) return false;
		throw error;
	}
}
