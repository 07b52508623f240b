import { writeFile } from "node:fs/promises";
import { Secret } from "../../src/base/secret.ts";
import { appended } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import { openMongo } from "../../src/servers/mongo/connection.ts";
import { MongoStationDirectory } from "../../src/servers/mongo/station-directory.ts";
import { type Figure, measure, median, needed } from "./figures.ts";
import { seedLibrary, silent } from "./library.ts";

const SIZES = [100, 10_000, 100_000];
const READY = 5;
const RUNS = 9;
const FIRST_NEW = 900_000_000_000;

const VERBS = {
	"component, nothing ready": ["component", "Sample", "-q", "--", "true"],
	"component, 5 ready": ["component", "Sample", "-q", "--", "true"],
	status: ["status"],
	"batches ls --limit 50": ["batches", "ls", "--limit", "50"],
};
type Verb = keyof typeof VERBS;

/** A line of one size, in a database of its own. */
class Line {
	readonly size: number;
	readonly database: string;
	readonly env: Readonly<Record<string, string>>;
	readonly times = new Map<string, number[]>();
	#added = 0;

	constructor(dir: string, size: number) {
		this.size = size;
		this.database = `line${size}`;
		this.env = {
			TANGLES_CONFIG: `${dir}/${this.database}.yaml`,
			TANGLES_MONGO_URI: needed("TANGLES_MONGO_URI"),
			TANGLES_ZOOKEEPER: needed("TANGLES_ZOOKEEPER"),
			PATH: process.env.PATH ?? "",
		};
	}

	/** All batches are there, and derived for both components. */
	async begin(): Promise<void> {
		const sample = { past: ["Data_Archived"], future: ["Batch_Sampled"], event: "Batch_Sampled" };
		const publish = {
			past: ["Batch_Sampled", "Batch_Approved"],
			future: ["Batch_Published"],
			event: "Batch_Published",
		};
		const later = { past: ["Batch_Published"], future: ["Batch_Kept"], event: "Batch_Kept" };
		const components = { Sample: { ...sample, "queue-length": 100 }, Publish: publish, Later: later };
		const file = this.env.TANGLES_CONFIG ?? "";
		await writeFile(file, JSON.stringify({ "db-connection-info": { database: this.database }, components }));
		const { size } = this;
		const begin = async () => {
			for (const name of ["Sample", "Publish"]) await this.run("component", name, "-q", "--", "true");
		};
		await seedLibrary(needed("TANGLES_MONGO_URI"), this.database, file, { size, ready: 0, begin });
	}

	/** Five batches more that are ready, as `batches add` and `batches event` leave them. */
	async addReady(): Promise<void> {
		const config = { uri: new Secret(needed("TANGLES_MONGO_URI")), address: "bench", database: this.database };
		const mongo = openMongo(config, 60_000, silent);
		const registry = await new MongoStationDirectory(mongo, "batches").registry();
		const store = new MongoBatchStore(mongo, "batches", registry);
		for (let n = 0; n < READY; n += 1) {
			const time = new Date();
			const event = { type: "Data_Archived", success: true, time, agent: "bench", details: "" };
			this.#added += 1;
			await store.add(appended(newBatch(parseBatchId(`B${FIRST_NEW + this.#added}-RT1`), "Newspaper", time), event));
		}
		await mongo.close();
	}

	/** Gives the time of the whole process, ms. */
	async run(...words: readonly string[]): Promise<number> {
		return (await measure(["dist/tangles", ...words], this.env)).ms;
	}

	async time(verb: Verb): Promise<void> {
		if (verb === "component, 5 ready") await this.addReady();
		this.times.set(verb, [...(this.times.get(verb) ?? []), await this.run(...VERBS[verb])]);
	}

	median(verb: Verb): number {
		return median(this.times.get(verb) ?? []);
	}
}

/**
 * Whole processes on lines of 100 to 100,000 batches, of which none or 5 are ready: the cost must follow what is ready.
 * Sizes take turns, so that the load of the machine is the same for all.
 */
export async function line(dir: string): Promise<Figure[]> {
	const figures: Figure[] = [];
	const lines = SIZES.map((size) => new Line(dir, size));
	for (const one of lines) await one.begin();
	const verbs = Object.keys(VERBS) as Verb[];
	for (let run = 0; run < RUNS; run += 1) {
		for (const verb of verbs) for (const one of lines) await one.time(verb);
	}
	for (const verb of verbs) {
		const all = lines.map((one) => one.median(verb));
		const [few = 1] = all;
		const ratios = all.map((ms) => (ms / few).toFixed(2)).join(", ");
		figures.push({
			what: `${verb}, of ${SIZES.join(", ")} batches`,
			value: `${all.map((ms) => ms.toFixed(0)).join(", ")} ms: ${ratios}`,
			reach: "<= 1.3 of the first",
		});
	}
	for (const one of lines.filter(({ size }) => size <= 10_000)) {
		const ms = await one.run("component", "Later", "-q", "--", "true");
		figures.push({
			what: `first run of a new station, which derives ${one.size} batches`,
			value: `${ms.toFixed(0)} ms`,
		});
	}
	return figures;
}
