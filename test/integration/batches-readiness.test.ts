import { isBatch } from "../../src/line/batches/malformed.ts";
import { MongoReadiness } from "../../src/servers/mongo/batch-readiness.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import type { Mongo } from "../../src/servers/mongo/connection.ts";
import { MongoStationDirectory } from "../../src/servers/mongo/station-directory.ts";
import { ENGINES, Library } from "../support/library.ts";
import { describeReadiness, type ReadinessAdapter, type ReadinessCollection } from "../support/readiness-contract.ts";

const never = new AbortController().signal;

/** So that a derivation of a few batches has several writes, between which it can be killed. */
const SMALL_PAGE = 2;

async function openLibrary(uri: string): Promise<ReadinessAdapter> {
	const library = await Library.create(uri);
	const mongo = library.mongo();
	return {
		collection(): ReadinessCollection {
			const name = `c${crypto.randomUUID()}`;
			let left = Number.POSITIVE_INFINITY;
			const mortal: Mongo = {
				...mongo,
				call: async (attempt, options) => {
					left -= 1;
					if (left < 0) throw new Error("killed");
					return await mongo.call(attempt, options);
				},
			};
			const old = new MongoBatchStore(mongo, name);
			return {
				stations: new MongoStationDirectory(mongo, name),
				client: (registry) => ({
					writer: new MongoBatchStore(mongo, name, registry),
					readiness: new MongoReadiness(mortal, name, { registry, pageSize: SMALL_PAGE }),
				}),
				oldWriter: () => old,
				killAfter: (count) => {
					left = 2 * count;
				},
				all: async () => {
					const everything = await Array.fromAsync(old.all({ past: [], future: [], old: [], types: [] }, never));
					return everything.flat().filter(isBatch);
				},
				spoil: async (id) => {
					await library.batches.db
						.collection<{ _id: string }>(name)
						.updateOne({ _id: id }, { $set: { modified: null } });
				},
			};
		},
		[Symbol.asyncDispose]: async () => await library[Symbol.asyncDispose](),
	};
}

describeReadiness("SecantusDB", async () => await openLibrary(ENGINES.SecantusDB()), 40);
describeReadiness("FerretDB", async () => await openLibrary(ENGINES.FerretDB()), 10);
