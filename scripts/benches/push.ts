import { Client } from "faktory-worker";
import { Connection } from "faktory-worker/lib/connection";
import { type Figure, measure, median, megabytes, needed } from "./figures.ts";
import { reset, seed } from "./seed.ts";

const JOBS = 100_000;
const SINGLE = 10_000;
const ROUNDS = 5;

async function connect(): Promise<Connection> {
	const { hostname, port } = new URL(needed("FAKTORY_URL").replace("tcp:", "http:"));
	const connection = new Connection(Number(port), hostname);
	await connection.open();
	await connection.send(["HELLO", '{"v":2}']);
	return connection;
}

/** One PUSH a round trip by the library's own `push`; jobs a second. */
async function single(client: Client): Promise<number> {
	const began = performance.now();
	for (let n = 0; n < SINGLE; n += 1) {
		const id = n.toString(16).padStart(24, "0");
		const job = client.job("arbor_job", id, 3, id, 4, 1);
		job.queue = "single";
		job.reserveFor = 1800;
		await job.push();
	}
	return SINGLE / ((performance.now() - began) / 1000);
}

/** The least that one PUSH a round trip can cost: a bare connection and a ready text; jobs a second. */
async function bareSingle(connection: Connection): Promise<number> {
	const began = performance.now();
	for (let n = 0; n < SINGLE; n += 1) {
		const id = n.toString(16).padStart(24, "0");
		const jid = crypto.randomUUID();
		await connection.send([
			"PUSH",
			JSON.stringify({ jid, jobtype: "arbor_job", queue: "single", args: [id, 3, id, 4, 1] }),
		]);
	}
	return SINGLE / ((performance.now() - began) / 1000);
}

/** Jobs a second from the first push to the stencil's end, by the run's own events; and the whole process. */
function rates(out: string, ms: number): { pushing: number; whole: number } {
	const events = out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	const at = (name: string) => Date.parse(events.find(({ event }) => event === name).time);
	return { pushing: JOBS / ((at("stencil-complete") - at("pages")) / 1000), whole: JOBS / (ms / 1000) };
}

export async function push(dir: string): Promise<Figure[]> {
	const sizes = { rootstocks: 400, scions: 250, pageSize: 1 };
	const { env, db, close } = await seed(dir, "push", sizes, "headroom: 1000000, window: 16, chunk: 1000");
	const connection = await connect();
	const ours: number[] = [];
	const whole: number[] = [];
	const go: number[] = [];
	const one: number[] = [];
	const bare: number[] = [];
	const client = new Client({ url: needed("FAKTORY_URL") });
	let peak = 0;
	for (let round = 0; round < ROUNDS; round += 1) {
		await connection.send(["FLUSH"]);
		one.push(await single(client));
		bare.push(await bareSingle(connection));
		await connection.send(["FLUSH"]);
		const official = await measure([needed("BENCH_PUSH_GO"), String(JOBS)], { FAKTORY_URL: env.FAKTORY_URL ?? "" });
		go.push(Number(official.out));
		await connection.send(["FLUSH"]);
		await reset(db);
		const run = await measure(["dist/tangles", "produce", "--once", "--json"], env);
		const rate = rates(run.out, run.ms);
		ours.push(rate.pushing);
		whole.push(rate.whole);
		peak = Math.max(peak, run.peak);
	}
	await client.close();
	await connection.close();
	await close();
	const rate = (value: number) => `${Math.round(value)}/s`;
	return [
		{ what: "produce, 16 x 1,000", value: rate(median(ours)) },
		{ what: "produce, whole process", value: rate(median(whole)) },
		{ what: "Go client, 16 x 1,000", value: rate(median(go)) },
		{ what: "one PUSH a round trip", value: rate(median(one)) },
		{ what: "one PUSH a round trip, bare socket", value: rate(median(bare)) },
		{ what: "produce / Go client", value: (median(ours) / median(go)).toFixed(2), reach: ">= 0.9" },
		{ what: "produce / one PUSH a round trip", value: (median(ours) / median(one)).toFixed(1), reach: ">= 20" },
		{ what: "produce, peak memory", value: megabytes(peak), reach: "< 200 MB" },
	];
}
