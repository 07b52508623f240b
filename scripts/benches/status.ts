import { writeFile } from "node:fs/promises";
import { type Figure, measure, median, needed } from "./figures.ts";
import { seedLibrary } from "./library.ts";
import { open, plantLocks } from "./locks.ts";

const RUNS = 10;

async function times(words: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
	const all: number[] = [];
	for (let run = 0; run < RUNS; run += 1) all.push((await measure(["dist/tangles", ...words], env)).ms);
	return `${median(all).toFixed(0)} ms`;
}

/**
 * `tangles status` as a whole process: 26 TCNs, 500 locks, three components; and of it what 10,000 batches cost the
 * server.
 */
export async function status(dir: string): Promise<Figure[]> {
	const uri = needed("TANGLES_MONGO_URI");
	const file = `${dir}/status.yaml`;
	const connect = `${needed("TANGLES_ZOOKEEPER")}/status`;
	const env = {
		TANGLES_CONFIG: file,
		TANGLES_MONGO_URI: uri,
		TANGLES_ZOOKEEPER: connect,
		FAKTORY_URL: needed("FAKTORY_URL"),
	};
	const station = (past: string, event: string) => ({ past: [past], future: [event], event });
	const components = {
		Sample: station("Data_Archived", "Batch_Sampled"),
		Approve: station("Batch_Sampled", "Batch_Approved"),
		Publish: station("Batch_Approved", "Batch_Published"),
	};
	await writeFile(file, JSON.stringify({ "db-connection-info": { database: "status" }, components }));
	const session = await open(connect);
	await plantLocks(session, 500);
	const begin = async () => {
		for (const name of Object.keys(components)) {
			await measure(["dist/tangles", "component", name, "-q", "--", "true"], { ...env, PATH: process.env.PATH ?? "" });
		}
	};
	await seedLibrary(uri, "status", file, { size: 0, ready: 0 });
	const few = await times(["status"], env);
	await seedLibrary(uri, "status", file, { size: 10_000, ready: 100, begin });
	const many = await times(["status"], env);
	await session.close();
	return [
		{ what: "status, 26 TCNs, 500 locks, no batches", value: few, reach: "<= 300 ms" },
		{ what: "status, 26 TCNs, 500 locks, 10,000 batches", value: many, reach: "<= 300 ms and the server's counting" },
	];
}
