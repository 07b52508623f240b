import { writeFile } from "node:fs/promises";
import { type Db, MongoClient, ObjectId } from "mongodb";
import { needed } from "./figures.ts";

const idOf = (tcn: number, n: number) =>
	new ObjectId(tcn.toString(16).padStart(8, "0") + n.toString(16).padStart(16, "0"));

/** A database with one open stencil (3, 4) of TCN 7; its config file is `DIR/NAME.yaml`. */
export async function seed(
	dir: string,
	name: string,
	sizes: { readonly rootstocks: number; readonly scions: number; readonly pageSize: number },
	producer: string,
): Promise<{ env: Record<string, string>; db: Db; close: () => Promise<void> }> {
	const client = await MongoClient.connect(needed("TANGLES_MONGO_URI"));
	const db = client.db(name);
	const tangles = db.collection("arborescent_tangles");
	await tangles.createIndex({ TCN: 1, is_good: 1, _id: 1 });
	await tangles.createIndex({ TCN: 1, _id: 1 });
	for (const [tcn, count] of [
		[3, sizes.rootstocks],
		[4, sizes.scions],
	] as const) {
		for (let from = 0; from < count; from += 10_000) {
			const some = Array.from({ length: Math.min(10_000, count - from) }, (_, n) => ({
				_id: idOf(tcn, from + n),
				notation: `${tcn} ${from + n}`,
				TCN: tcn,
				is_good: true,
			}));
			await tangles.insertMany(some, { ordered: false });
		}
	}
	await reset(db);
	const file = `${dir}/${name}.yaml`;
	await writeFile(
		file,
		[
			`faktory-connection-info: { queue: ${name} }`,
			`db-connection-info: { database: ${name} }`,
			`tangle-collections: { page_size: ${sizes.pageSize} }`,
			`producer: { ${producer} }`,
		].join("\n"),
	);
	const env = {
		TANGLES_CONFIG: file,
		TANGLES_MONGO_URI: needed("TANGLES_MONGO_URI"),
		FAKTORY_URL: needed("FAKTORY_URL"),
		TANGLES_ZOOKEEPER: needed("TANGLES_ZOOKEEPER"),
	};
	return { env, db, close: () => client.close() };
}

/** Makes the stencil new again. */
export async function reset(db: Db): Promise<void> {
	const stencils = db.collection<{ _id: string | ObjectId }>("arborescent_stencils");
	await stencils.deleteMany({});
	const stencil = { _id: new ObjectId(), rootstock_tcn: 3, scion_tcn: 4, TCN: 7, state: 0 };
	await stencils.insertMany([{ _id: "config", current_completed_tcn: 6, max_tcn: 7 } as { _id: string }, stencil]);
}
