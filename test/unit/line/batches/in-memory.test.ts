import { requireBatch } from "../../../../src/line/batches/change.ts";
import { InMemoryBatchStore } from "../../../../src/line/batches/in-memory.ts";
import { malformedFrom } from "../../../support/batch-reference.ts";
import {
	type BatchCollection,
	type BatchStoreAdapter,
	describeBatchQuery,
	describeBatchStore,
	describeCompareAndSet,
} from "../../../support/batch-store-contract.ts";

function collection(): BatchCollection {
	const store = new InMemoryBatchStore();
	return {
		store,
		client: () => store,
		addAll: async (batches) => void (await Promise.all(batches.map((batch) => store.add(batch)))),
		queried: async (conditions) => (await store.ready(conditions, 1000)).batches.map(({ id }) => id),
		spoil: async (id, created) => {
			const batch = await requireBatch(store, id);
			store.spoil(created === "dated" ? malformedFrom(id, batch.created, batch.firstEvent) : malformedFrom(id));
		},
	};
}

const open = async (): Promise<BatchStoreAdapter> => ({ collection, [Symbol.asyncDispose]: async () => {} });

describeBatchQuery("batches in memory", open);
describeBatchStore("batches in memory", open);
describeCompareAndSet("batches in memory", open);
