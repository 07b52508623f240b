import { expect, test } from "bun:test";
import fc from "fast-check";
import { Secret } from "../../src/base/secret.ts";
import { MemoryCollection, MemoryStencils } from "../../src/enumeration/stencils/in-memory.ts";
import { openMongo } from "../../src/servers/mongo/connection.ts";
import { snapshotOf } from "../../src/servers/mongo/stencil-documents.ts";
import { MongoStencilStore } from "../../src/servers/mongo/stencil-store.ts";
import { keptLog } from "../support/config-folder.ts";
import { damagedCollections } from "../support/damaged-collection.ts";
import { dropDatabase } from "../support/drop-database.ts";
import { comparable, expectDryIsReal, recoverIn } from "../support/recovery-property.ts";
import { shared } from "../support/servers.ts";

const RUNS = Number(process.env.SEQUENCES ?? 120);

test.each([
	["MongoDB", shared.mongo],
	["FerretDB", shared.ferretdb],
])(
	"on %s too, a dry run finds what the real run does, which leaves what it leaves in memory",
	async (_, address) => {
		const database = `t${crypto.randomUUID()}`;
		const mongo = openMongo({ uri: new Secret(address()), address: "test", database }, 180_000, keptLog());
		try {
			const collection = mongo.db.collection("stencils");
			const property = fc.asyncProperty(damagedCollections, async ({ documents, restart }) => {
				await collection.deleteMany({});
				await collection.insertMany(documents as object[]);
				const store = new MongoStencilStore(mongo, "stencils");
				await expectDryIsReal(store, restart);
				if (restart !== undefined) return;
				const copy = new MemoryStencils(new MemoryCollection(snapshotOf(documents), store.name));
				await recoverIn(copy);
				expect(comparable(await store.snapshot())).toEqual(comparable(await copy.snapshot()));
			});
			await fc.assert(property, { numRuns: RUNS });
		} finally {
			await dropDatabase(mongo.db);
			await mongo.close();
		}
	},
	240_000,
);
