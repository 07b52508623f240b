import { InMemoryBatchStore } from "../../../../src/line/batches/in-memory.ts";
import { isBatch } from "../../../../src/line/batches/malformed.ts";
import { InMemoryStationDirectory } from "../../../../src/line/stations/in-memory.ts";
import { type DerivedBatches, InMemoryReadiness } from "../../../../src/line/stations/in-memory-readiness.ts";
import { malformedFrom } from "../../../support/batch-reference.ts";
import { describeReadiness, type ReadinessCollection } from "../../../support/readiness-contract.ts";

function collection(): ReadinessCollection {
	const store = new InMemoryBatchStore();
	const derived: DerivedBatches = new Map();
	let left = Number.POSITIVE_INFINITY;
	const beforeWrite = () => {
		left -= 1;
		if (left < 0) throw new Error("killed");
	};
	return {
		stations: new InMemoryStationDirectory(),
		client: (registry) => {
			const readiness = new InMemoryReadiness(store, derived, registry, beforeWrite);
			return { readiness, writer: readiness.writer() };
		},
		oldWriter: () => store,
		killAfter: (count) => {
			left = count;
		},
		all: async () => store.contents().filter(isBatch),
		spoil: async (id) => store.spoil(malformedFrom(id, new Date(0))),
	};
}

describeReadiness("memory", async () => ({ collection, [Symbol.asyncDispose]: async () => {} }), 300);
