import { MongoClient } from "mongodb";
import { Secret } from "../../src/base/secret.ts";
import { appended } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import { BatchImport } from "../../src/servers/mongo/batch-import.ts";
import { BATCH_INDEXES } from "../../src/servers/mongo/batch-query.ts";
import { openMongo } from "../../src/servers/mongo/connection.ts";
import { ensureIndexes } from "../../src/servers/mongo/indexes.ts";
import { MongoStationDirectory } from "../../src/servers/mongo/station-directory.ts";
import { measure } from "./figures.ts";

/** What a bench has for a log. */
export const silent = { debug() {}, info() {}, warn() {}, error() {} };

const FIRST = 400_000_000_000;
/** Fewer are as quick with the indexes there. */
const FEW = 10_000;

interface Seeding {
	readonly size: number;
	readonly ready: number;
	/** Awaited before there are batches; what it registers of stations, the batches are derived for. */
	readonly begin?: () => Promise<void>;
}

/** A line's batches in a new database: all archived, and all but the newest `ready` done, as a library's are. */
export async function seedLibrary(
	uri: string,
	database: string,
	config: string,
	{ size, ready, begin = async () => {} }: Seeding,
): Promise<void> {
	const client = await MongoClient.connect(uri);
	const db = client.db(database);
	await db.dropDatabase();
	await measure(["dist/tangles", "init", "--max-tcn", "26"], { TANGLES_CONFIG: config, TANGLES_MONGO_URI: uri });
	await begin();
	// Made when the batches are there: it takes two thirds of the time.
	if (size > FEW) await db.collection("batches").dropIndexes();
	const server = { uri: new Secret(uri), address: "bench", database };
	const mongo = openMongo(server, 60_000, silent);
	const registry = await new MongoStationDirectory(mongo, "batches").registry();
	const batches = new BatchImport(mongo, "batches", registry);
	const now = Date.now();
	const event = (type: string, at: number) => ({
		...{ type, success: true, time: new Date(at), agent: "bench", details: "" },
	});
	for (let from = 0; from < size; from += 1000) {
		const some = Array.from({ length: Math.min(1000, size - from) }, (_, n) => {
			const at = now - (size - from - n);
			const batch = newBatch(parseBatchId(`B${FIRST + from + n}-RT1`), "Newspaper", new Date(at));
			const archived = appended(batch, event("Data_Archived", at));
			return from + n < size - ready ? appended(archived, event("Batch_Sampled", at)) : archived;
		});
		await batches.add(some, new AbortController().signal);
	}
	await ensureIndexes(mongo, "batches", BATCH_INDEXES, false);
	await mongo.close();
	await client.close();
}
