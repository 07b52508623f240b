import { isBatch } from "../../line/batches/malformed.ts";
import { storedOf } from "./batch-documents.ts";
import { isDerived } from "./batch-health.ts";
import { askingFor, KNOWN_FIELDS } from "./batch-query.ts";
import { type FoundBatch, MongoReadiness } from "./batch-readiness.ts";
import type { Mongo } from "./connection.ts";
import { OrderedPass } from "./ordered-pass.ts";
import { MongoStationDirectory } from "./station-directory.ts";

const PAGE = 200;

/**
 * Writes the derived fields of batches anew where another program, or tangles before it had a field, left ones that do
 * not fit. Each is a compare-and-set, so that it may run beside everything, and be killed at any moment. A malformed
 * document stays as it is. Gives how many fitted and how many did not.
 */
export async function repairDerived(
	mongo: Mongo,
	collection: string,
	dryRun: boolean,
): Promise<{ present: number; added: number }> {
	const registry = await new MongoStationDirectory(mongo, collection).registry();
	const readiness = new MongoReadiness(mongo, collection, { registry });
	const documents = mongo.db.collection<FoundBatch>(collection);
	let present = 0;
	let added = 0;
	const pass = new OrderedPass(() =>
		documents.find({}, { sort: { _id: 1 }, skip: present + added, batchSize: PAGE, projection: KNOWN_FIELDS }),
	);
	for (;;) {
		const page: FoundBatch[] = await mongo.call(() => pass.next(), askingFor());
		if (page.length === 0) return { present, added };
		const wrong = page.filter((document) => {
			const stored = storedOf(document, `${mongo.database}.${collection}`);
			return isBatch(stored) && !isDerived(document, stored, { registry, complete: true });
		});
		added += wrong.length;
		present += page.length - wrong.length;
		// Another write that comes first derives them too.
		if (!dryRun && wrong.length > 0) await readiness.derive(wrong);
	}
}
