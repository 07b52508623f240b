import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Collection } from "mongodb";
import type { Conditions } from "../../src/line/batches/batch.ts";
import { isBatch } from "../../src/line/batches/malformed.ts";
import { keyOf, type Registry } from "../../src/line/stations/station.ts";
import { storedOf } from "../../src/servers/mongo/batch-documents.ts";
import { type FoundBatch, MongoReadiness } from "../../src/servers/mongo/batch-readiness.ts";
import { type OfferFit, offerFit } from "../../src/servers/mongo/batch-seal.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import type { Mongo } from "../../src/servers/mongo/connection.ts";
import { batchFrom, conditionsFrom } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";

const ID = "B1-RT1";

function registered(component: string, conditions: Conditions, since: number) {
	return { component, conditions, key: keyOf({ component, conditions }), since, used: new Date(0) };
}

/** A registry as it grew: the batch is ready for the station that came in last. */
const STATIONS = [
	registered("Archive", conditionsFrom({ past: ["B"] }), 1),
	registered("Sample", conditionsFrom({ past: ["C"] }), 2),
	registered("Approve", conditionsFrom({ past: ["A"] }), 3),
];
const REGISTRIES = STATIONS.map((_, at): Registry => {
	const generation = at + 1;
	return { id: "0123456789ab", generation, version: generation, stations: STATIONS.slice(0, generation) };
});

/** A run of an older or a newer registry reads the batch, or derives what it read. */
interface Step {
	readonly run: "first" | "second" | "third" | "fourth";
	readonly do: "read" | "derive";
}

const step: fc.Arbitrary<Step> = fc.record({
	run: fc.constantFrom("first", "second", "third", "fourth"),
	do: fc.constantFrom("read", "derive"),
});

/** The generation of each run's registry. */
const GENERATIONS = { first: 1, second: 2, third: 3, fourth: 3 };

/** Each overwrites a part of what another wrote since it read the batch. */
const KNOWN = [
	...["first read", "first derive", "second read", "third read", "third derive", "second derive"],
	...["fourth read", "first read", "first derive", "fourth derive"],
].map((text): Step => {
	const [run, what] = text.split(" ");
	return { run, do: what } as Step;
});

const readiness = (mongo: Mongo, name: string, run: Step["run"]) =>
	new MongoReadiness(mongo, name, { registry: REGISTRIES[GENERATIONS[run] - 1] as Registry });

async function fitOf(collection: Collection<FoundBatch>): Promise<OfferFit> {
	const document = await collection.findOne({ _id: ID });
	const stored = document === null ? undefined : storedOf(document, "batches");
	if (document === null || stored === undefined || !isBatch(stored)) throw new Error("the batch cannot be read");
	return offerFit(document, stored, REGISTRIES.at(-1) as Registry);
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	test(`${engine}: runs that derive one batch at the same time, for older and newer registries, leave the right answer or no seal`, async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
				const name = `c${crypto.randomUUID()}`;
				const collection = mongo.db.collection<FoundBatch>(name);
				await new MongoBatchStore(mongo, name).add(batchFrom(ID, { events: ["A+1"] }));
				const read = new Map<Step["run"], FoundBatch[]>();
				for (const { run, do: what } of steps) {
					const documents = read.get(run);
					if (what === "read") read.set(run, await collection.find().toArray());
					else if (documents !== undefined) await readiness(mongo, name, run).derive(documents);
					expect(await fitOf(collection)).not.toBe("wrong");
				}
				await collection.drop();
			}),
			{ numRuns: 40, examples: [[KNOWN]] },
		);
	}, 120_000);
}
