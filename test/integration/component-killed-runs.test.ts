import { afterAll } from "bun:test";
import { isBatch } from "../../src/line/batches/malformed.ts";
import { MongoReadiness } from "../../src/servers/mongo/batch-readiness.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import type { Mongo } from "../../src/servers/mongo/connection.ts";
import { MongoStationDirectory } from "../../src/servers/mongo/station-directory.ts";
import { lifeOf, testKilledRuns } from "../support/killed-runs.ts";
import { ENGINES, Library } from "../support/library.ts";

const EVERYTHING = { past: [], future: [], old: [], types: [] };

for (const [engine, uri] of Object.entries(ENGINES)) {
	let opened: Library | undefined;
	let shared: Mongo | undefined;
	afterAll(async () => await opened?.[Symbol.asyncDispose]());

	testKilledRuns(engine, 1, async () => {
		opened ??= await Library.create(uri());
		shared ??= opened.mongo();
		const mongo = shared;
		const name = `c${crypto.randomUUID()}`;
		const old = new MongoBatchStore(mongo, name);
		return {
			process(calls) {
				const call = lifeOf(calls);
				const mortal: Mongo = {
					...mongo,
					call: async (attempt, options) => {
						call();
						return await mongo.call(attempt, options);
					},
				};
				return {
					directory: new MongoStationDirectory(mortal, name),
					client: (registry) => ({
						store: new MongoBatchStore(mortal, name, registry),
						// A batch a write, so that a kill comes between them.
						readiness: new MongoReadiness(mortal, name, { registry, pageSize: 1 }),
					}),
				};
			},
			add: async (batch) => await old.add(batch),
			all: async () => {
				const pages = await Array.fromAsync(old.all(EVERYTHING, new AbortController().signal));
				return pages.flat().filter(isBatch);
			},
		};
	});
}
