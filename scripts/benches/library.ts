import { MongoClient } from "mongodb";
import { documentOf } from "../../src/line/batches/document.ts";
import { appended } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import { measure } from "./figures.ts";

const FIRST = 400_000_000_000;

/** A line's batches in a new database: all archived, and all but the newest `ready` done, as a library's are. */
export async function seedLibrary(
	uri: string,
	database: string,
	config: string,
	{ size, ready }: { readonly size: number; readonly ready: number },
): Promise<void> {
	const client = await MongoClient.connect(uri);
	const db = client.db(database);
	await db.dropDatabase();
	await measure(["dist/tangles", "init", "--max-tcn", "26"], { TANGLES_CONFIG: config, TANGLES_MONGO_URI: uri });
	const batches = db.collection("batches");
	const now = Date.now();
	const event = (type: string, at: number) => ({
		...{ type, success: true, time: new Date(at), agent: "bench", details: "" },
	});
	for (let from = 0; from < size; from += 5000) {
		const some = Array.from({ length: Math.min(5000, size - from) }, (_, n) => {
			const at = now - (size - from - n);
			const batch = newBatch(parseBatchId(`B${FIRST + from + n}-RT1`), "Newspaper", new Date(at));
			const archived = appended(batch, event("Data_Archived", at));
			return documentOf(from + n < size - ready ? appended(archived, event("Batch_Sampled", at)) : archived);
		});
		await batches.insertMany(some as never[], { ordered: false });
	}
	await client.close();
}
