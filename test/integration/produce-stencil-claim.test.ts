import { expect, test } from "bun:test";
import { ObjectId } from "mongodb";
import { Secret } from "../../src/base/secret.ts";
import { openMongo } from "../../src/servers/mongo/connection.ts";
import { MongoStencilStore } from "../../src/servers/mongo/stencil-store.ts";
import { keptLog } from "../support/config-folder.ts";
import { dropDatabase } from "../support/drop-database.ts";
import { shared } from "../support/servers.ts";

test("a stencil that init adds during a run can be claimed, and is then that run's alone", async () => {
	const database = `t${crypto.randomUUID()}`;
	const mongo = openMongo({ uri: new Secret(shared.mongo()), address: "test", database }, 180_000, keptLog());
	try {
		const stencils = mongo.db.collection<{ _id: ObjectId | string; [field: string]: unknown }>("stencils");
		await stencils.insertOne({ _id: "config", current_completed_tcn: 2, max_tcn: 3 });
		const [older, newer] = [new MongoStencilStore(mongo, "stencils"), new MongoStencilStore(mongo, "stencils")];
		const earlier = await older.takeOver();
		const later = await newer.takeOver();
		const _id = new ObjectId();
		await stencils.insertOne({ _id, rootstock_tcn: 1, scion_tcn: 2, TCN: 3, state: 0 });
		expect((await later.claim(_id.toHexString()))?.state).toBe(1);
		await expect(earlier.claim(_id.toHexString())).rejects.toThrow("another producer has taken over");
		await expect(earlier.update(_id.toHexString(), { state: 3 })).rejects.toThrow("another producer has taken over");
		await later.update(_id.toHexString(), { state: 3 });
		expect(await stencils.findOne({ _id })).toMatchObject({ state: 3, epoch: 2 });
	} finally {
		await dropDatabase(mongo.db);
		await mongo.close();
	}
});
