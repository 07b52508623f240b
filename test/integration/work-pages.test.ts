import { expect, test } from "bun:test";
import { ObjectId } from "mongodb";
import { Secret } from "../../src/base/secret.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { openMongo } from "../../src/servers/mongo/connection.ts";
import { MongoTangleStore } from "../../src/servers/mongo/tangle-store.ts";
import { keptLog } from "../support/config-folder.ts";
import { idOf } from "../support/enumeration.ts";
import { shared } from "../support/servers.ts";
import { tanglesUpTo } from "../support/tangle-sets.ts";

const SIZE = 7;
const { signal } = new AbortController();

/** All tangles of TCN 5 and 6 with ids in their order, in a new database. */
async function scene(uri: string) {
	const database = `t${crypto.randomUUID()}`;
	const mongo = openMongo({ uri: new Secret(uri), address: "test", database }, 20_000, keptLog());
	const [five = [], six = []] = (await tanglesUpTo(6)).slice(5);
	const documents = [...five, ...six].map((tangle, n) => ({ _id: idOf(tangle.TCN, n), ...tangle }));
	const collection = mongo.db.collection("tangles");
	await collection.insertMany(documents.toReversed());
	const good = documents.filter(({ TCN, is_good }) => TCN === 6 && is_good);
	const request = { id: String(good[0]?._id), tcn: 6, goodOnly: true, size: SIZE };
	const fieldsOf = ({ notation, TCN, is_good, positivity }: TangleFields) => ({ notation, TCN, is_good, positivity });
	const store = new MongoTangleStore(mongo, "tangles");
	const pages = async (most: number, id = request.id) => await store.pages({ ...request, id }, most, signal);
	return {
		...{ collection, pages },
		wanted: Array.from({ length: Math.ceil(good.length / SIZE) }, (_, at) => {
			const page = good.slice(at * SIZE, (at + 1) * SIZE);
			return { id: String(page[0]?._id), tangles: page.map(fieldsOf) };
		}),
		async [Symbol.asyncDispose]() {
			await mongo.db.dropDatabase();
			await mongo.close();
		},
	};
}

const fields = (pages: readonly { id: string; tangles: readonly TangleFields[] }[]) =>
	pages.map(({ id, tangles }) => ({
		id,
		tangles: tangles.map(({ notation, TCN, is_good, positivity }) => ({ notation, TCN, is_good, positivity })),
	}));

for (const [engine, address] of [
	["MongoDB", shared.mongo],
	["FerretDB", shared.ferretdb],
] as const) {
	test(`${engine}: pages read together are those that are read one by one, to the end of the TCN`, async () => {
		await using run = await scene(address());
		const { wanted, pages } = run;
		expect(wanted.length).toBeGreaterThan(10);
		expect(fields(await pages(1000))).toEqual(wanted);
		expect(fields(await pages(3, wanted[4]?.id))).toEqual(wanted.slice(4, 7));
		for (const page of wanted) expect(fields(await pages(1, page.id))).toEqual([page]);
	});

	test(`${engine}: a page that is wrong is told to those who ask for it, and ends what is read ahead`, async () => {
		await using run = await scene(address());
		const { wanted, pages, collection } = run;
		const bad = wanted[2]?.tangles[3]?.notation;
		await collection.updateOne({ notation: bad }, { $set: { positivity: "odd" } });
		expect(fields(await pages(1000))).toEqual(wanted.slice(0, 2));
		await expect(pages(1000, wanted[2]?.id)).rejects.toThrow("positivity is none of neutral, positive, negative");
		expect(fields(await pages(1000, wanted[3]?.id))).toEqual(wanted.slice(3));
		await expect(pages(2, String(new ObjectId()))).rejects.toThrow("which began a page of TCN 6, no longer exists");
	});
}
