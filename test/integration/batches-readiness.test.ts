import { expect, test } from "bun:test";
import type { Document } from "mongodb";
import { updateBatch } from "../../src/line/batches/change.ts";
import { appended } from "../../src/line/batches/events.ts";
import { isBatch } from "../../src/line/batches/malformed.ts";
import { register } from "../../src/line/stations/register.ts";
import type { Registry } from "../../src/line/stations/station.ts";
import { ListCuts, listSampleOf } from "../../src/servers/mongo/batch-cuts.ts";
import { storedOf } from "../../src/servers/mongo/batch-documents.ts";
import { batchHealth } from "../../src/servers/mongo/batch-health.ts";
import { BatchImport } from "../../src/servers/mongo/batch-import.ts";
import { MongoReadiness } from "../../src/servers/mongo/batch-readiness.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import type { Mongo } from "../../src/servers/mongo/connection.ts";
import { type ManyWaiting, StationCounts } from "../../src/servers/mongo/station-counts.ts";
import { MongoStationDirectory } from "../../src/servers/mongo/station-directory.ts";
import { at, batchFrom, conditionsFrom, eventFrom, readyIds } from "../support/batch-reference.ts";
import { DAMAGES } from "../support/faulty-batches.ts";
import { ENGINES, Library } from "../support/library.ts";
import {
	describeReadiness,
	offeredIds,
	type ReadinessAdapter,
	type ReadinessCollection,
} from "../support/readiness-contract.ts";
import { polled } from "../support/until.ts";

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

	test(`${engine}: the oldest of what is ready, without a write: what nobody has derived is there, what is offered wrongly is not`, async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		const sampling = { component: "Sample", conditions: conditionsFrom({ past: ["A"] }) };
		const { registry, own } = await register(new MongoStationDirectory(mongo, "batches"), sampling);
		const writer = new MongoBatchStore(mongo, "batches", registry);
		for (const [n, event] of ["A+3", "A+1", "A-1", "A+5"].entries()) {
			await writer.add(batchFrom(`B${n}-RT1`, { events: [event] }));
		}
		await library.store().add(batchFrom("B4-RT1", { events: ["A+2"] }));
		await library.batches.updateOne({ _id: "B3-RT1" }, { $set: { "events.0.success": false } });
		const before = await library.batches.find().toArray();
		const counts = new StationCounts(mongo, "batches", registry);
		const oldest = async (limit: number) => (await counts.oldest(own, limit, never))?.map(({ id }) => id);
		expect(await oldest(10)).toEqual(["B1-RT1", "B4-RT1", "B0-RT1"]);
		expect(await oldest(2)).toEqual(["B1-RT1", "B4-RT1"]);
		expect(await counts.oldest({ ...own, key: "Other:1" }, 10, never)).toBeUndefined();
		expect(await library.batches.find().toArray()).toEqual(before);
	});

	test(`${engine}: what an older version has changed is counted and looked at as it is now, each once; too many are not looked at`, async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		const sampling = { component: "Sample", conditions: conditionsFrom({ past: ["A"] }) };
		const { registry, own } = await register(new MongoStationDirectory(mongo, "batches"), sampling);
		const writer = new MongoBatchStore(mongo, "batches", registry);
		for (const [n, event] of ["A+3", "A+4", "A-1", "A+2"].entries()) {
			await writer.add(batchFrom(`B${n}-RT1`, { events: [event] }));
		}
		const older = library.store();
		// Ready as before, no longer, and only now; none of it is derived.
		for (const [id, event] of [["B0-RT1", "C+9"] as const, ["B1-RT1", "A-9"] as const, ["B2-RT1", "A+9"] as const]) {
			await updateBatch(older, id, (batch) => appended(batch, eventFrom(event)));
		}
		await older.add(batchFrom("B4-RT1", { events: ["A+0"] }));
		const counts = () => new StationCounts(mongo, "batches", registry);
		expect((await counts().oldest(own, 10, never))?.map(({ id }) => id)).toEqual([
			...["B4-RT1", "B2-RT1", "B3-RT1", "B0-RT1"],
		]);
		expect(await counts().waiting(own.key, sampling.conditions)).toEqual({ ready: 4, oldest: at(0) });
		expect(await counts().failed("A")).toBe(1);
		await library.batches.insertMany(Array.from({ length: 1000 }, (_, n) => ({ _id: `foreign ${n}` })));
		expect(await counts().oldest(own, 10, never)).toBeUndefined();
		expect(await counts().waiting(own.key, sampling.conditions)).toEqual({ ready: 4, oldest: at(0) });
	});

	test(`${engine}: where the samples tell of many, they are counted and looked at in ranges: each once, those without a date too`, async () => {
		await using library = await Library.create(uri());
		const mongo = library.mongo();
		const sampling = { component: "Sample", conditions: conditionsFrom({ past: ["A"] }) };
		const { registry, own } = await register(new MongoStationDirectory(mongo, "batches"), sampling);
		const ids = Array.from({ length: 60_000 }, (_, n) => `B${n}-RT1`);
		const coarse = [3, 2].flatMap((sample) => ids.filter((id) => listSampleOf(id) === sample).slice(0, 8));
		const some = [...coarse, ...ids.slice(0, 60).filter((id) => !coarse.includes(id))];
		const batches = some.map((id, n) => batchFrom(id, { events: [`A+${n % 25}`], created: n % 7 }));
		await new BatchImport(mongo, "batches", registry).add(batches, never);
		await library.batches.updateOne({ _id: "B7-RT1" }, { $set: { first_event: "2026-01-31" } });
		await library.batches.updateOne({ _id: "B9-RT1" }, { $unset: { first_event: "" } });
		const many: ManyWaiting = new Map();
		const counts = () => new StationCounts(mongo, "batches", registry, many);
		const waiting = { ready: some.length, oldest: at(0) };
		expect(await counts().waiting(own.key, sampling.conditions)).toEqual(waiting);
		const oldest = (await counts().oldest(own, 6, never)) ?? [];
		expect(oldest.map(({ firstEvent }) => firstEvent)).toEqual(
			batches
				.filter(({ id }) => oldest.some((it) => it.id === id))
				.map(({ firstEvent }) => firstEvent)
				.toSorted((a, b) => +a - +b),
		);
		expect(oldest.map(({ id }) => id)).toEqual(expect.arrayContaining(["B7-RT1", "B9-RT1"]));
		expect(oldest.length).toBe(6);
		const { looked, all, stale } = await batchHealth(mongo, "batches", 60_000);
		expect({ looked, stale: stale.toSorted() }).toEqual({ looked: some.length, stale: ["B7-RT1", "B9-RT1"] });
		// One question asks FerretDB for all; in ranges no value is found that is of no form that is expected.
		const ranges = await new ListCuts(mongo, "batches").evenRanges(2);
		expect(all).toBe(ranges.length === 0);
		expect(ranges.length === 0).toBe(engine === "FerretDB");
		const times = ranges.flatMap(({ $lt }) => ($lt instanceof Date ? +$lt : []));
		expect(times).toEqual(times.toSorted((a, b) => b - a));
		expect(times.length > 1 || ranges.length === 0).toBe(true);
		// The time is up after the first question.
		expect((await batchHealth(mongo, "batches", -1)).all).toBe(false);
		// What many wait for is asked for again only after a while.
		many.set(own.key, { ready: 7, oldest: at(1), at: performance.now() });
		const kept = { ready: 7, oldest: at(1) };
		expect(await counts().waiting(own.key, sampling.conditions)).toEqual(expect.objectContaining(kept));
		many.set(own.key, { ...kept, at: performance.now() - 600_000 });
		// Nobody waits while they are counted again.
		expect(await counts().waiting(own.key, sampling.conditions)).toEqual(expect.objectContaining(kept));
		await polled("they were counted again", async () => (many.size === 0 ? true : undefined));
		expect(await counts().waiting(own.key, sampling.conditions)).toEqual(waiting);
		many.set(own.key, { ready: 7, oldest: at(1), at: performance.now() - 3_600_000 });
		expect(await counts().waiting(own.key, sampling.conditions)).toEqual(waiting);
		expect(many.size).toBe(0);
	});
}
