import pMap from "p-map";
import { changed } from "../../line/batches/derive.ts";
import { isBatch } from "../../line/batches/malformed.ts";
import { type BatchDocument, storedOf } from "./batch-documents.ts";
import { isDerived } from "./batch-health.ts";
import { MongoBatchStore } from "./batch-store.ts";
import type { Mongo } from "./connection.ts";
import { OrderedPass } from "./ordered-pass.ts";

const PAGE = 200;
const AT_ONCE = 8;

type Found = BatchDocument & { readonly _id: unknown; readonly [field: string]: unknown };

/** Which documents are gone through, and whether they are only counted. */
interface Repairing {
	/** `all`: those whose derived fields do not fit; `without-order`: those that have no `first_event`. */
	readonly which: "all" | "without-order";
	readonly dryRun: boolean;
	readonly signal?: AbortSignal;
}

/**
 * Writes the derived fields of batches anew where another program, or tangles before it had a field, left ones that do
 * not fit. Each is a compare-and-set, so that it may run beside everything, and be killed at any moment. A malformed
 * document stays as it is. Gives how many fitted and how many did not.
 */
export async function repairDerived(
	mongo: Mongo,
	collection: string,
	{ which, dryRun, signal }: Repairing,
): Promise<{ present: number; added: number }> {
	const store = new MongoBatchStore(mongo, collection);
	const documents = mongo.db.collection<Found>(collection);
	const filter = which === "all" ? {} : { first_event: null as never };
	let present = 0;
	let added = 0;
	// Those without `first_event` leave the list as they are written; all others are counted and skipped.
	const pass = new OrderedPass(() => {
		const skip = which === "all" ? present + added : present;
		return documents.find(filter, { sort: { _id: 1 }, skip, batchSize: PAGE, projection: { writers: 0 } });
	});
	for (;;) {
		const page: Found[] = await mongo.call(() => pass.next(), signal && { signal });
		if (page.length === 0) return { present, added };
		await pMap(
			page,
			async (document) => {
				const stored = storedOf(document, store.name);
				if (!isBatch(stored) || isDerived(document, stored)) {
					present += 1;
					return;
				}
				added += 1;
				// Another write that comes first derives them too.
				if (!dryRun) await store.store(changed(stored, {}), signal);
			},
			{ concurrency: AT_ONCE },
		);
	}
}
