import { MemoryKeeper } from "../../base/garbage.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { sayAhead, timesAhead } from "../../line/batches/clocks.ts";
import { documentOf } from "../../line/batches/document.ts";
import { isBatch, type Malformed } from "../../line/batches/malformed.ts";
import type { Registry } from "../../line/stations/station.ts";
import { ListCuts, listSampleOf } from "./batch-cuts.ts";
import { type BatchDocument, storedOf } from "./batch-documents.ts";
import { OLDEST_FIRST } from "./batch-query.ts";
import { offerFit, unsealed } from "./batch-seal.ts";
import type { Mongo } from "./connection.ts";
import { OrderedPass } from "./ordered-pass.ts";
import { MongoStationDirectory } from "./station-directory.ts";

const FIELDS = ["succeeded", "seen", "first_event"] as const;
const PAGE = 100;
/** Details may be any text, of megabytes. */
const CHECKED_FIELDS = { writers: 0, "events.details": 0, "history.removed.event.details": 0 } as const;

/** What `doctor` has found out about the batches. */
export interface BatchHealth {
	readonly looked: number;
	/** False where the time was up before the end. */
	readonly all: boolean;
	/** Ids of batches whose derived fields are not what follows from their events. */
	readonly stale: readonly string[];
	readonly malformed: readonly Malformed[];
	/** Batches with times in the future of this host's clock, each with its first such time. */
	readonly ahead: readonly string[];
}

/**
 * True where the document's derived fields are those that follow from its events, for the stations that it was derived
 * for too. Where `complete` is asked, it must have been derived for all of them.
 */
export function isDerived(
	document: { readonly [field: string]: unknown },
	batch: Batch,
	{ registry, complete }: { readonly registry: Registry; readonly complete: boolean },
): boolean {
	const derived = documentOf(batch);
	const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
	const fit = offerFit(document, batch, registry);
	return (
		// A batch that is missing in its sample costs time alone.
		(complete ? fit === "fits" && document.list_sample === listSampleOf(batch.id) : fit !== "wrong") &&
		same(unsealed(document.current), derived.current) &&
		FIELDS.every((field) => same(document[field], derived[field]))
	);
}

type Found = BatchDocument & { readonly _id: unknown; readonly [field: string]: unknown };

/**
 * Goes through all documents of the batch collection, for at most `ms`, and names those that something is wrong with.
 */
export async function batchHealth(mongo: Mongo, collection: string, ms: number): Promise<BatchHealth> {
	const end = performance.now() + ms;
	const stale: string[] = [];
	const malformed: Malformed[] = [];
	const ahead: string[] = [];
	let looked = 0;
	const memory = new MemoryKeeper();
	const registry = await new MongoStationDirectory(mongo, collection).registry();
	const ranges = await new ListCuts(mongo, collection).evenRanges(2);
	for await (const page of pagesOf(mongo, collection, ranges)) {
		for (const document of page) {
			looked += 1;
			const stored = storedOf(document, `${mongo.database}.${collection}`);
			if (!isBatch(stored)) {
				malformed.push(stored);
				continue;
			}
			const [first] = timesAhead(stored, new Date());
			if (first !== undefined) ahead.push(`${stored.id}: ${sayAhead(first)}`);
			if (!isDerived(document, stored, { registry, complete: false })) stale.push(stored.id);
		}
		// Each document leaves 25 KB.
		memory.look();
		if (performance.now() > end) return { looked, all: false, stale, malformed, ahead };
	}
	// A `first_event` of a type that is not expected is in none of the ranges.
	return { looked, all: ranges.length === 0, stale, malformed, ahead };
}

/** The documents in the ranges, or, without any, all documents, page by page: a range may have thousands. */
async function* pagesOf(mongo: Mongo, collection: string, ranges: readonly object[]): AsyncGenerator<Found[]> {
	const documents = mongo.db.collection<Found>(collection);
	const all = { filter: {}, sort: { _id: 1 } } as const;
	const parts = ranges.map((first_event) => ({ filter: { first_event } as object, sort: OLDEST_FIRST }));
	for (const { filter, sort } of parts.length === 0 ? [all] : parts) {
		let looked = 0;
		// Goes on by number, not by `_id`: a comparison with a text leaves out ids of every other type.
		const pass = new OrderedPass(() =>
			documents.find(filter, { sort, skip: looked, batchSize: PAGE, projection: CHECKED_FIELDS }),
		);
		for (;;) {
			const page: Found[] = await mongo.call(() => pass.next());
			if (page.length === 0) break;
			looked += page.length;
			yield page;
		}
	}
}
