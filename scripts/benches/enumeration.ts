import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { Secret } from "../../src/base/secret.ts";
import { openMongo } from "../../src/servers/mongo/connection.ts";
import { rateOfTcn } from "../../src/servers/mongo/tangle-times.ts";
import { textLines } from "../../test/support/text-lines.ts";
import { type Figure, measure, megabytes, needed } from "./figures.ts";
import { silent } from "./library.ts";
import { ProcessMeter } from "./process-meter.ts";

/** The last TCN; `BENCH_TCN=11` ends earlier. */
const MAX_TCN = Number(process.env.BENCH_TCN ?? 12);
/**
 * So many times the producer or the worker is killed, by turns, spread over the jobs. A killed worker's jobs come back
 * after up to 45 s, in which its TCN waits: the curve of tangles a second is that of a run with `BENCH_KILLS=0`.
 */
const KILLS = Number(process.env.BENCH_KILLS ?? 10);
const LOOK_MS = 500;

interface JobDone {
	readonly time: string;
	readonly rootstock_tcn: number;
	readonly scion_tcn: number;
	readonly tangles: number;
	readonly stored: number;
}

/** What the workers did for one TCN. */
interface TcnWork {
	jobs: number;
	tangles: number;
	stored: number;
	/** ms since the epoch. */
	first: number;
	last: number;
	/** What all had taken before it began. */
	readonly before: Cpu;
}

/** Seconds of CPU that the workers with their grafters, and the server, have taken. */
interface Cpu {
	readonly work: number;
	readonly mongo: number;
}

interface Plan {
	readonly tcns: readonly {
		readonly tcn: number;
		readonly jobs: number;
		readonly tangles: number;
		readonly bytes: number;
	}[];
	readonly total: { readonly jobs: number; readonly tangles: number; readonly bytes: number };
}

/** A program that is started again as often as it is killed. */
class Restarted {
	readonly #start: () => Bun.Subprocess<"ignore", "pipe" | "ignore", "inherit">;
	#running: Bun.Subprocess<"ignore", "pipe" | "ignore", "inherit">;
	kills = 0;

	constructor(start: () => Bun.Subprocess<"ignore", "pipe" | "ignore", "inherit">) {
		this.#start = start;
		this.#running = start();
	}

	get running() {
		return this.#running;
	}

	async kill(): Promise<void> {
		this.#running.kill("SIGKILL");
		await this.#running.exited;
		this.kills += 1;
		this.#running = this.#start();
	}
}

class EnumerationRun {
	readonly meter = new ProcessMeter();
	readonly work = new Map<number, TcnWork>();
	readonly #env: Readonly<Record<string, string>>;
	#jobs = 0;
	/** Resolves once one more job is done. */
	#jobDone = Promise.withResolvers<void>();

	constructor(env: Readonly<Record<string, string>>) {
		this.#env = env;
	}

	get jobs(): number {
		return this.#jobs;
	}

	/** So far. */
	get cpu(): Cpu {
		const of = (kind: string) => this.meter.of(kind).cpu;
		return { work: of("work") + of("work's children"), mongo: of("mongo") };
	}

	async nextJob(): Promise<void> {
		await this.#jobDone.promise;
	}

	producer() {
		const child = Bun.spawn(["dist/tangles", "produce", "-q", "--wait", "60s"], {
			...{ env: this.#env, stdin: "ignore", stdout: "ignore", stderr: "inherit" },
		});
		this.meter.watch("produce", child.pid);
		return child;
	}

	worker() {
		const words = ["dist/tangles", "work", "-q", "--json", "--concurrency", String(availableParallelism())];
		const child = Bun.spawn(words, { env: this.#env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
		this.meter.watch("work", child.pid);
		void this.#read(child.stdout);
		return child;
	}

	async #read(stdout: ReadableStream<Uint8Array>): Promise<void> {
		const linesOf = textLines();
		for await (const bytes of stdout) {
			for (const event of linesOf(bytes).map((line) => JSON.parse(line))) {
				if (event.event === "job-done") this.#note(event);
			}
		}
	}

	#note({ time, rootstock_tcn, scion_tcn, tangles, stored }: JobDone): void {
		const tcn = rootstock_tcn + scion_tcn;
		const at = Date.parse(time);
		if (!this.work.has(tcn)) console.error(`${time} TCN ${tcn} begins`);
		const work = this.work.get(tcn) ?? { jobs: 0, tangles: 0, stored: 0, first: at, last: at, before: this.cpu };
		this.work.set(tcn, work);
		work.jobs += 1;
		work.tangles += tangles;
		work.stored += stored;
		work.last = at;
		this.#jobs += 1;
		this.#jobDone.resolve();
		this.#jobDone = Promise.withResolvers();
	}
}

/** Runs producer and worker to the end, with kills; gives the seconds. */
async function enumerate(run: EnumerationRun, jobs: number): Promise<{ seconds: number; kills: number }> {
	const began = performance.now();
	const producer = new Restarted(() => run.producer());
	const worker = new Restarted(() => run.worker());
	let looking = true;
	const looks = (async () => {
		while (looking) {
			await run.meter.look();
			await sleep(LOOK_MS);
		}
	})();
	for (let kill = 1; kill <= KILLS; kill += 1) {
		// A job just done: the next one is under way, and comes back at once. One that is just being handed out would
		// come back with its reservation, after half an hour.
		while (run.jobs < (kill * jobs) / (KILLS + 1) && producer.running.exitCode === null) await run.nextJob();
		await sleep(200);
		await (kill % 2 === 0 ? producer : worker).kill();
	}
	const code = await producer.running.exited;
	if (code !== 0) throw new Error(`produce ended with ${code}`);
	const seconds = (performance.now() - began) / 1000;
	worker.running.kill("SIGTERM");
	await worker.running.exited;
	looking = false;
	await looks;
	return { seconds, kills: producer.kills + worker.kills };
}

async function folderBytes(dir: string): Promise<number> {
	return Number((await measure(["du", "-sb", dir])).out.split("\t")[0]);
}

/** Documents and index entries, as the server counts them: before compression. */
async function databaseBytes(name: string): Promise<number> {
	const client = await MongoClient.connect(needed("TANGLES_MONGO_URI"));
	const { totalSize } = await client.db(name).command({ dbStats: 1 });
	await client.close();
	return Number(totalSize);
}

/** A whole enumeration on the embedded server with kills in it, then its proof, its table, and the table compared. */
export async function enumeration(dir: string): Promise<Figure[]> {
	const name = "enumeration";
	const config = `${dir}/${name}.yaml`;
	await writeFile(
		config,
		`faktory-connection-info: { queue: ${name} }\ndb-connection-info: { database: ${name} }\nproducer: { poll: 500ms }\n`,
	);
	const env = {
		...{ TANGLES_CONFIG: config, TANGLES_MONGO_URI: needed("TANGLES_MONGO_URI") },
		...{ FAKTORY_URL: needed("FAKTORY_URL"), TANGLES_ZOOKEEPER: needed("TANGLES_ZOOKEEPER") },
	};
	const tangles = async (...words: string[]) => await measure(["dist/tangles", ...words], env);
	const data = `${dir}/mongo/data`;
	const [empty, plan] = [
		await folderBytes(data),
		JSON.parse((await tangles("plan", "--max-tcn", `${MAX_TCN}`, "--json")).out) as Plan,
	];
	await tangles("init", "--max-tcn", String(MAX_TCN));
	const run = new EnumerationRun(env);
	for (const server of ["mongo", "faktory"]) {
		run.meter.watch(server, Number(await readFile(`${dir}/${server}/pid`, "utf8")));
	}
	const { seconds, kills } = await enumerate(run, plan.total.jobs);
	const onDisk = (await folderBytes(data)) - empty;
	const stored = await databaseBytes(name);

	const figures: Figure[] = [];
	const add = (what: string, value: string, reach = "") => figures.push({ what, value, ...(reach && { reach }) });
	add(
		`TCN 2 to ${MAX_TCN}, ${kills} kills`,
		`${seconds.toFixed(0)} s, load ${(await readFile("/proc/loadavg", "utf8")).slice(0, 14)}`,
	);
	for (const kind of ["produce", "work", "work's children", "mongo", "faktory"]) {
		const { cpu, peak } = run.meter.of(kind);
		add(`${kind}: CPU, highest memory of one process`, `${cpu.toFixed(1)} s, ${megabytes(peak)}`);
	}
	const curve = KILLS === 0 ? "not falling" : "";
	const works = [...run.work].toSorted(([a], [b]) => a - b);
	for (const [at, [tcn, { jobs, tangles: given, stored: fresh, first, last, before }]] of works.entries()) {
		if (tcn < 8) continue;
		const span = Math.max(last - first, 1) / 1000;
		const rates = `${(jobs / span).toFixed(1)} jobs/s, ${(given / span).toFixed(0)} tangles/s, ${(fresh / span).toFixed(0)} new/s`;
		add(`TCN ${tcn}: ${jobs} jobs, ${given} tangles, ${fresh} new in ${span.toFixed(1)} s`, rates, curve);
		const after = works[at + 1]?.[1].before ?? run.cpu;
		const each = (kind: keyof Cpu) => `${kind} ${((1e6 * (after[kind] - before[kind])) / given).toFixed(0)} ms`;
		add(`TCN ${tcn}: CPU for 1,000 tangles, whatever else the host does`, `${each("work")}, ${each("mongo")}`);
	}
	add("the server's folder, with its own log", megabytes(onDisk));
	figures.push(...(await proofs(dir, name, tangles)));
	figures.push(...againstPlan(plan, run, stored), await againstRate(plan, run, name));
	return figures;
}

type Command = (...words: string[]) => Promise<{ ms: number; peak: number; out: string }>;

/** Doubles, proofs, export and the comparison with it. */
async function proofs(dir: string, name: string, tangles: Command): Promise<Figure[]> {
	const client = await MongoClient.connect(needed("TANGLES_MONGO_URI"));
	const collection = client.db(name).collection("arborescent_tangles");
	const documents = await collection.countDocuments({ TCN: { $gte: -1, $lte: MAX_TCN } });
	await client.close();
	const figures: Figure[] = [];
	for (let tcn = 3; tcn <= MAX_TCN; tcn += 1) {
		const { ms, peak, out } = await tangles("verify", "--tcn", String(tcn), "--json");
		const { complete, extra } = JSON.parse(out);
		if (complete !== true || extra !== 0) throw new Error(`TCN ${tcn} is not complete`);
		console.error(`${new Date().toISOString()} TCN ${tcn} is complete, ${(ms / 1000).toFixed(1)} s`);
		if (tcn < MAX_TCN) continue;
		figures.push({
			what: `verify --tcn ${tcn}; TCN 3 to ${tcn} complete`,
			value: `${(ms / 1000).toFixed(1)} s, ${megabytes(peak)}`,
		});
	}
	const table = `${dir}/table`;
	const exported = await tangles("export", "--dir", table, "--json");
	const { tangles: count, files } = JSON.parse(exported.out);
	const value = ({ ms, peak }: { ms: number; peak: number }) =>
		`${(ms / 1000).toFixed(1)} s, ${Math.round((1000 * count) / ms)}/s, ${megabytes(peak)}`;
	figures.push({
		what: `export: ${count} tangles of ${documents} documents, ${files} files`,
		value: value(exported),
		reach: "< 200 MB",
	});
	const compared = await tangles("verify", "--against", table, "--json");
	if (JSON.parse(compared.out).equal !== true) throw new Error("the export is not equal");
	figures.push({ what: "verify --against the export: equal, none doubled", value: value(compared), reach: "< 200 MB" });
	return figures;
}

const ratio = (planned: number, took: number) => `${(planned / took).toFixed(2)} of what it took`;
const REACH = "0.8 to 1.2";

/** What `plan` says of it, beside what it took. */
function againstPlan(plan: Plan, run: EnumerationRun, stored: number): Figure[] {
	const jobs = [...run.work.values()].reduce((sum, work) => sum + work.jobs, 0);
	return [
		{ what: `plan: ${plan.total.jobs} jobs, done ${jobs}`, value: ratio(plan.total.jobs, jobs), reach: REACH },
		{
			what: `plan: ${megabytes(plan.total.bytes)}, documents and indexes have ${megabytes(stored)}`,
			value: ratio(plan.total.bytes, stored),
			reach: REACH,
		},
	];
}

/** What `plan --rate measured` said of the time of the last TCN when the one before was complete. */
async function againstRate(plan: Plan, run: EnumerationRun, database: string): Promise<Figure> {
	const server = { uri: new Secret(needed("TANGLES_MONGO_URI")), address: "bench", database };
	const mongo = openMongo(server, 60_000, silent);
	const measured = await rateOfTcn(mongo, "arborescent_tangles", MAX_TCN - 1);
	const ofLast = await rateOfTcn(mongo, "arborescent_tangles", MAX_TCN);
	await mongo.close();
	const planned = plan.tcns.find(({ tcn }) => tcn === MAX_TCN);
	const last = run.work.get(MAX_TCN);
	if (measured === undefined || ofLast === undefined || planned === undefined || last === undefined)
		throw new Error("the last TCNs are not there");
	const rate = measured.tangles / measured.seconds;
	// What the host does beside it is in the seconds and not in the CPU.
	const cpuOf = (tcn: number) => {
		const work = run.work.get(tcn);
		const after = run.work.get(tcn + 1)?.before ?? run.cpu;
		return work === undefined ? Number.NaN : after.mongo + after.work - work.before.mongo - work.before.work;
	};
	const before = plan.tcns.find(({ tcn }) => tcn === MAX_TCN - 1)?.tangles ?? Number.NaN;
	const cpu = (cpuOf(MAX_TCN - 1) / before) * planned.tangles;
	const [seconds, took] = [planned.tangles / rate, (last.last - last.first) / 1000];
	// A rate leaves out pauses, as those after kills are.
	const working = (ofLast.seconds * planned.tangles) / ofLast.tangles;
	return {
		what: `plan: TCN ${MAX_TCN} at the ${rate.toFixed(0)} tangles/s measured of ${MAX_TCN - 1}: ${seconds.toFixed(0)} s, took ${took.toFixed(0)} s, without pauses ${working.toFixed(0)} s`,
		value: `${ratio(seconds, took)}; without pauses ${ratio(seconds, working)}; in CPU of server and workers ${ratio(cpu, cpuOf(MAX_TCN))}`,
		reach: REACH,
	};
}
