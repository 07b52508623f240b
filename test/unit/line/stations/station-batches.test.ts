import { expect, test } from "bun:test";
import { InMemoryBatchStore } from "../../../../src/line/batches/in-memory.ts";
import { isBatch } from "../../../../src/line/batches/malformed.ts";
import { InMemoryStationDirectory } from "../../../../src/line/stations/in-memory.ts";
import { type DerivedBatches, InMemoryReadiness } from "../../../../src/line/stations/in-memory-readiness.ts";
import type { Readiness } from "../../../../src/line/stations/ports.ts";
import { keyOf } from "../../../../src/line/stations/station.ts";
import { StationBatches } from "../../../../src/line/stations/station-batches.ts";
import { conditionsFrom } from "../../../support/batch-reference.ts";
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

test("a run derives what is outdated once, before its first page; again where that failed", async () => {
	const calls: string[] = [];
	let away = true;
	const readiness: Readiness = {
		deriveFor: async (since) => {
			calls.push(`derive for ${since}`);
			if (away) throw new Error("the server is away");
			return 0;
		},
		offered: async (_, limit) => {
			calls.push(`${limit} offered`);
			return { batches: [], next: undefined };
		},
	};
	const conditions = conditionsFrom({ past: ["Archived"] });
	const station = { component: "Sample", conditions };
	const own = { ...station, key: keyOf(station), since: 7, used: new Date(0) };
	const batches = new StationBatches(new InMemoryBatchStore(), readiness, own);
	expect(batches.ready(conditions, 1)).rejects.toThrow("away");
	away = false;
	await batches.ready(conditions, 1);
	await batches.ready(conditions, 20);
	expect(calls).toEqual(["derive for 7", "derive for 7", "1 offered", "20 offered"]);
});
