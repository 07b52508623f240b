import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { type Db, MongoClient } from "mongodb";
import { integralTangles } from "../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { tanglesUpTo } from "../../test/support/tangle-sets.ts";
import { textLines } from "../../test/support/text-lines.ts";
import { type Figure, measure, megabytes, needed } from "./figures.ts";
import { graft } from "./graft.ts";

/** All stencils of this TCN. */
const TCN = 8;

interface Sums {
	readonly jobs: number;
	readonly tangles: number;
	readonly seconds: number;
	/**
	 * Resident memory of the worker and its grafters as a quarter of the jobs was done, and the most from there on; bytes.
	 */
	readonly early: number;
	readonly most: number;
}

/** A queue with the jobs of all stencils, `rounds` times. */
async function prepare(
	db: Db,
	tangles: readonly TangleFields[],
	config: string,
	env: Readonly<Record<string, string>>,
	rounds: number,
) {
	await db.dropDatabase();
	await measure(["dist/tangles", "init", "--max-tcn", String(TCN), "-c", config], env);
	const integral = new Set(integralTangles().map(({ notation }) => notation));
	const more = tangles.filter(({ notation }) => !integral.has(notation)).map((tangle) => ({ ...tangle }));
	await db.collection("arborescent_tangles").insertMany(more);
	const stencils = db.collection<{ _id: unknown }>("arborescent_stencils");
	await stencils.updateMany({ TCN: { $lt: TCN } }, { $set: { state: 3 } });
	await stencils.updateOne({ _id: "config" as never }, { $set: { current_completed_tcn: TCN - 1 } });
	for (let round = 0; round < rounds; round += 1) {
		await stencils.updateMany({ TCN }, { $set: { state: 0 } });
		await measure(["dist/tangles", "produce", "--once", "--no-lock", "-q", "-c", config], env);
	}
}

async function residentOf(pids: readonly number[]): Promise<number> {
	const sizes = await Promise.all(
		pids.map(async (pid) => Number(/VmRSS:\s+(\d+)/.exec(await Bun.file(`/proc/${pid}/status`).text())?.[1] ?? 0)),
	);
	return sizes.reduce((sum, size) => sum + size * 1024, 0);
}

async function childrenOf(pid: number): Promise<number[]> {
	const text = await Bun.file(`/proc/${pid}/task/${pid}/children`).text();
	return text.trim().split(" ").filter(Boolean).map(Number);
}

/** Works until the queue is empty. */
async function run(
	config: string,
	env: Readonly<Record<string, string>>,
	concurrency: number,
	jobs: number,
): Promise<Sums> {
	const words = ["dist/tangles", "work", "--json", "--concurrency", String(concurrency), "-c", config];
	const child = Bun.spawn(words, { env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
	let first = 0;
	let last = 0;
	let done = 0;
	let tangles = 0;
	let early = 0;
	let most = 0;
	const linesOf = textLines();
	for await (const bytes of child.stdout) {
		for (const event of linesOf(bytes).map((line) => JSON.parse(line))) {
			if (event.event === "started") first = Date.parse(event.time);
			if (event.event === "waiting") child.kill("SIGTERM");
			if (event.event !== "job-done") continue;
			last = Date.parse(event.time);
			done += 1;
			tangles += event.tangles;
			if (done < jobs / 4 || done % 50 !== 0) continue;
			const now = await residentOf([child.pid, ...(await childrenOf(child.pid))]);
			early ||= now;
			most = Math.max(most, now);
		}
	}
	await child.exited;
	if (done < jobs) throw new Error(`${done} jobs of ${jobs} were done`);
	return { jobs: done, tangles, seconds: (last - first) / 1000, early, most };
}

/** Jobs of pages of `pageSize`, from a queue that is full to an empty one. */
async function endToEnd(
	dir: string,
	tangles: readonly TangleFields[],
	pageSize: number,
	concurrency: number,
	rounds = 1,
): Promise<Sums> {
	const name = `work${pageSize}x${concurrency}x${rounds}`;
	const config = `${dir}/${name}.yaml`;
	await writeFile(
		config,
		[
			`faktory-connection-info: { queue: ${name} }`,
			`db-connection-info: { database: ${name} }`,
			`tangle-collections: { page_size: ${pageSize} }`,
		].join("\n"),
	);
	const env = { TANGLES_MONGO_URI: needed("TANGLES_MONGO_URI"), FAKTORY_URL: needed("FAKTORY_URL") };
	const client = await MongoClient.connect(env.TANGLES_MONGO_URI);
	const db = client.db(name);
	await prepare(db, tangles, config, env, rounds);
	const stencils = await db.collection("arborescent_stencils").find({ TCN }).toArray();
	const jobs = rounds * stencils.reduce((sum, { progress }) => sum + Number(progress?.total ?? 0), 0);
	const sums = await run(config, env, concurrency, jobs);
	await db.dropDatabase();
	await client.close();
	return sums;
}

/** Jobs end to end: fetched, read, grafted, stored on the development server, acknowledged. */
export async function work(dir: string): Promise<Figure[]> {
	const tangles = (await tanglesUpTo(TCN - 1)).flat();
	const cores = availableParallelism();
	const figures: Figure[] = (await graft()).slice(0, -1);
	for (const pageSize of [500, 20]) {
		for (const concurrency of [1, cores]) {
			const { jobs, tangles: given, seconds } = await endToEnd(dir, tangles, pageSize, concurrency);
			figures.push({
				what: `${jobs} jobs of page size ${pageSize}, ${concurrency} at a time`,
				value: `${(jobs / seconds).toFixed(1)} jobs/s, ${Math.round(given / seconds)} tangles/s`,
			});
		}
	}
	const { jobs, early, most } = await endToEnd(dir, tangles, 20, cores, 50);
	figures.push({
		what: `memory over ${jobs} jobs, worker and ${cores} grafters`,
		value: `${megabytes(early)} after a quarter, then at most ${megabytes(most)}`,
		reach: "flat",
	});
	return figures;
}
