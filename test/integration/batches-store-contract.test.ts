import { filterOf, OLDEST_FIRST, type QueriedBatch } from "../../src/servers/mongo/batch-query.ts";
import {
	type BatchCollection,
	type BatchStoreAdapter,
	describeBatchQuery,
	describeBatchStore,
	describeCompareAndSet,
} from "../support/batch-store-contract.ts";
import { ENGINES, Library } from "../support/library.ts";

const never = new AbortController().signal;

async function openLibrary(uri: string): Promise<BatchStoreAdapter> {
	const library = await Library.create(uri);
	return {
		collection(): BatchCollection {
			const name = `c${crypto.randomUUID()}`;
			const documents = library.batches.db.collection<QueriedBatch>(name);
			return {
				store: library.store(uri, name),
				client: () => library.store(uri, name),
				addAll: async (batches) => void (await library.bulk(uri, name).add(batches, never)),
				queried: async (conditions) => {
					const found = await documents.find(filterOf(conditions), { sort: OLDEST_FIRST }).toArray();
					return found.map(({ _id }) => _id);
				},
				spoil: async (id, created) => {
					const undated = created === "dated" ? {} : { created: "2026-01-01", first_event: null };
					await documents.updateOne({ _id: id }, { $set: { modified: null, ...undated } as object });
				},
			};
		},
		[Symbol.asyncDispose]: async () => await library[Symbol.asyncDispose](),
	};
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	describeBatchQuery(engine, async () => await openLibrary(uri()));
	describeBatchStore(engine, async () => await openLibrary(uri()));
}
describeCompareAndSet("SecantusDB", async () => await openLibrary(ENGINES.SecantusDB()));
