import { readFile } from "node:fs/promises";
import { MongoClient, type ObjectId } from "mongodb";
import { table } from "../src/cli/table.ts";

// What an enumeration holds, TCN by TCN. Arguments: the database, and a file with the events of `tangles produce
// --json`.

const [database = "tanglenomicon", file = ""] = process.argv.slice(2);

/** Seconds from the first stencil of each TCN to its completion, by the producer's events. */
async function secondsByTcn(): Promise<Map<number, string>> {
	const began = new Map<number, number>();
	const seconds = new Map<number, string>();
	for (const line of (await readFile(file, "utf8")).trim().split("\n")) {
		const { event, tcn, time } = JSON.parse(line);
		if (event === "stencil-started" && !began.has(tcn)) began.set(tcn, Date.parse(time));
		const start = began.get(tcn);
		if (event === "tcn-complete" && start !== undefined) {
			seconds.set(tcn, ((Date.parse(time) - start) / 1000).toFixed(1));
		}
	}
	return seconds;
}

const mongo = await MongoClient.connect(process.env.TANGLES_MONGO_URI ?? "");
const db = mongo.db(database);
const stencils = db.collection<{ _id: ObjectId | string; [field: string]: unknown }>("arborescent_stencils");
const config = await stencils.findOne({ _id: "config" });
const seconds = await secondsByTcn();
const rows: (string | number)[][] = [];
for (let tcn = 1; tcn <= Number(config?.current_completed_tcn); tcn += 1) {
	const tangles = await db.collection("arborescent_tangles").countDocuments({ TCN: tcn });
	const good = await db.collection("arborescent_tangles").countDocuments({ TCN: tcn, is_good: true });
	const done = await stencils.find({ TCN: tcn, state: 3 }).toArray();
	const jobs = done.reduce((sum, { progress }) => sum + Number((progress as { total?: number })?.total ?? 0), 0);
	rows.push([tcn, tangles, good, jobs, Number(seconds.get(tcn) ?? 0)]);
}
await mongo.close();
console.log(table(["TCN", "tangles", "good", "jobs", "seconds"], rows));
