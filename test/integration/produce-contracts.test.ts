import { ObjectId } from "mongodb";
import { Secret } from "../../src/base/secret.ts";
import { stencilsUpTo } from "../../src/enumeration/stencils/stencils.ts";
import { createFaktoryQueue } from "../../src/servers/faktory/job-queue.ts";
import { openMongo } from "../../src/servers/mongo/connection.ts";
import { newStencil } from "../../src/servers/mongo/stencil-documents.ts";
import { MongoStencilStore } from "../../src/servers/mongo/stencil-store.ts";
import { MongoTanglePages } from "../../src/servers/mongo/tangle-pages.ts";
import { keptLog } from "../support/config-folder.ts";
import { dropDatabase } from "../support/drop-database.ts";
import { describePages } from "../support/pages-contract.ts";
import { QueueEye } from "../support/queue.ts";
import { describeQueue } from "../support/queue-contract.ts";
import { shared } from "../support/servers.ts";
import { describeStencils } from "../support/stencils-contract.ts";

function openDatabase(uri: string) {
	const database = `t${crypto.randomUUID()}`;
	const mongo = openMongo({ uri: new Secret(uri), address: "test", database }, 180_000, keptLog());
	const end = async () => {
		await dropDatabase(mongo.db);
		await mongo.close();
	};
	return { mongo, end };
}

for (const [engine, address] of [
	["MongoDB", shared.mongo],
	["FerretDB", shared.ferretdb],
] as const) {
	describeStencils(`stencils in ${engine}`, async (maxTcn) => {
		const { mongo, end } = openDatabase(address());
		const collection = mongo.db.collection<{ _id: ObjectId | string; [field: string]: unknown }>("stencils");
		await collection.insertMany([
			...stencilsUpTo(maxTcn).map(newStencil),
			{ _id: "config", current_completed_tcn: 1, max_tcn: maxTcn },
		]);
		return {
			store: () => new MongoStencilStore(mongo, "stencils"),
			remove: async (id) => void (await collection.deleteOne({ _id: new ObjectId(id) })),
			end,
		};
	});

	describePages(`pages in ${engine}`, async (tangles) => {
		const { mongo, end } = openDatabase(address());
		const documents = tangles.map(({ id, ...tangle }) => ({ _id: new ObjectId(id), ...tangle }));
		await mongo.db.collection<{ _id: ObjectId }>("tangles").insertMany(documents);
		return { pages: new MongoTanglePages(mongo, "tangles", new AbortController().signal), end };
	});
}

describeQueue("a queue of Faktory", async () => {
	const name = `t${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
	const { hostname, port } = new URL(shared.faktory().replace("tcp:", "http:"));
	const address = { host: hostname, port: Number(port), password: undefined, tls: undefined };
	const queue = createFaktoryQueue({ ...address, queue: name }, 20_000, keptLog());
	return {
		queue,
		jobs: async () => {
			await using eye = await QueueEye.open(shared.faktory(), name);
			const taken = await eye.take();
			await eye.acknowledge(taken);
			return taken.map(({ args }) => args);
		},
		end: async () => queue.close(),
	};
});
