import { InMemoryBatchStore } from "../../../../src/line/batches/in-memory.ts";
import { isBatch } from "../../../../src/line/batches/malformed.ts";
import { InMemoryStationDirectory } from "../../../../src/line/stations/in-memory.ts";
import { type DerivedBatches, InMemoryReadiness } from "../../../../src/line/stations/in-memory-readiness.ts";
import { lifeOf, testKilledRuns } from "../../../support/killed-runs.ts";

testKilledRuns("memory", 3, () => {
	// One process at a time.
	let call = () => {};
	const store = new InMemoryBatchStore({ before: () => call() });
	const directory = new InMemoryStationDirectory(() => call());
	const derived: DerivedBatches = new Map();
	return {
		process(calls) {
			call = lifeOf(calls);
			return {
				directory,
				client: (registry) => {
					const readiness = new InMemoryReadiness(store, derived, registry, () => call());
					return { store: readiness.writer(), readiness };
				},
			};
		},
		add: async (batch) => await store.add(batch),
		all: async () => store.contents().filter(isBatch),
	};
});
