import { expect, test } from "bun:test";
import type { Document } from "mongodb";
import { isBatch } from "../../src/line/batches/malformed.ts";
import { register } from "../../src/line/stations/register.ts";
import type { Registry } from "../../src/line/stations/station.ts";
import { storedOf } from "../../src/servers/mongo/batch-documents.ts";
import { MongoReadiness } from "../../src/servers/mongo/batch-readiness.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import type { Mongo } from "../../src/servers/mongo/connection.ts";
import { MongoStationDirectory } from "../../src/servers/mongo/station-directory.ts";
import { batchFrom, conditionsFrom, readyIds } from "../support/batch-reference.ts";
import { DAMAGES } from "../support/faulty-batches.ts";
import { ENGINES, Library } from "../support/library.ts";
import {
	describeReadiness,
	offeredIds,
	type ReadinessAdapter,
	type ReadinessCollection,
} from "../support/readiness-contract.ts";

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

/** The update that the hint about a malformed document has for mongosh. */
function correctionOf(document: Document): Document {
	const stored = storedOf(document, "library.batches");
	if (isBatch(stored)) throw new RangeError(`${stored.id} is a batch`);
	const [, update = ""] = /updateOne\([^,]*, (\{ \$set: \{.*\} \})\)/.exec(stored.fault().hint ?? "") ?? [];
	return new Function("ISODate", `return (${update})`)((iso: string) => new Date(iso)) as Document;
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	test(`${engine}: a malformed document that was corrected as its hint says is offered as its events have it`, async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		const client = (registry: Registry) => ({
			writer: new MongoBatchStore(mongo, "batches", registry),
			readiness: new MongoReadiness(mongo, "batches", { registry }),
		});
		const sampling = { component: "Sample", conditions: conditionsFrom({ past: ["A"] }) };
		const registration = await register(new MongoStationDirectory(mongo, "batches"), sampling);
		const { writer } = client(registration.registry);
		const spoil = async (_id: string, update: Document) => await library.batches.updateOne({ _id }, update);
		// A program that knows of no derived fields wrote these.
		const none = { $unset: { succeeded: 1, reached: 1, seen: 1, current: 1, first_event: 1, ready_for: 1 } };
		const damages = DAMAGES.map(([, { set }], at) => ({ id: `B${at}-RT1`, update: { $set: set, ...none } }));
		for (const { id, update } of damages) {
			await writer.add(batchFrom(id, { events: ["A+1"] }));
			await spoil(id, update);
		}
		// It was derived as it failed, and a person corrects that.
		await writer.add(batchFrom("B90-RT1", { events: ["A-1"] }));
		await spoil("B90-RT1", { $set: { "events.0.success": "no" } });
		expect(await offeredIds({ client }, registration)).toEqual([]);
		for (const document of await library.batches.find().toArray()) {
			await spoil(document._id, correctionOf(document));
		}
		const batches = (await library.batches.find().toArray()).map((it) => storedOf(it, "batches")).filter(isBatch);
		expect(batches.length).toBe(DAMAGES.length + 1);
		const right = readyIds(batches, sampling.conditions);
		expect(right.length).toBeGreaterThan(DAMAGES.length / 2);
		expect((await offeredIds({ client }, registration)).toSorted()).toEqual(right.toSorted());
	});
}
