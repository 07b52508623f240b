import { Connection } from "faktory-worker/lib/connection";
import { MongoClient } from "mongodb";
import { table } from "../src/cli/table.ts";

// Shows what is in the queue and in the stencils. Argument: the database. Addresses come from `scripts/services env`.

const [database = "tanglenomicon"] = process.argv.slice(2);
const { FAKTORY_URL = "", TANGLES_MONGO_URI = "" } = process.env;

const { hostname, port } = new URL(FAKTORY_URL.replace("tcp:", "http:"));
const faktory = new Connection(Number(port), hostname);
await faktory.open();
await faktory.send(["HELLO", '{"v":2}']);
const { queues, sets } = JSON.parse(await faktory.send(["INFO"])).faktory;
await faktory.close();
const jobs = Object.entries({ ...queues, ...sets }).map(([where, count]) => [where, Number(count)] as const);
console.log(table(["jobs in", ""], jobs));

const mongo = await MongoClient.connect(TANGLES_MONGO_URI);
const stencils = mongo.db(database).collection<{ _id: unknown; [field: string]: unknown }>("arborescent_stencils");
const rows: [string, number][] = [];
for (const [state, name] of ["new", "started", "no headroom", "complete"].entries()) {
	rows.push([name, await stencils.countDocuments({ state })]);
}
console.log(`\n${table(["stencils", ""], rows)}`);
const done = await stencils.find({ state: 3 }).limit(3).toArray();
for (const stencil of done) console.log(`\n${JSON.stringify(stencil)}`);
await mongo.close();
