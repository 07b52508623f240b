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

/** One PUSH a round trip, as the existing producer does it; jobs a second. */
async function single(connection: Connection): Promise<number> {
	const began = performance.now();
	for (let n = 0; n < SINGLE; n += 1) {
		const args = [n.toString(16).padStart(24, "0"), 3, n.toString(16).padStart(24, "0"), 4, 1];
		const rest = { retry: 25, reserve_for: 1800, backtrace: 5 };
		const job = { jid: crypto.randomUUID(), jobtype: "arbor_job", queue: "single", args, ...rest };
		await connection.send(["PUSH", JSON.stringify(job)]);
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
	let peak = 0;
	for (let round = 0; round < ROUNDS; round += 1) {
		await connection.send(["FLUSH"]);
		one.push(await single(connection));
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
	await connection.close();
	await close();
	const rate = (value: number) => `${Math.round(value)}/s`;
	return [
		{ what: "produce, 16 x 1,000", value: rate(median(ours)) },
		{ what: "produce, whole process", value: rate(median(whole)) },
		{ what: "Go client, 16 x 1,000", value: rate(median(go)) },
		{ what: "one PUSH a round trip", value: rate(median(one)) },
		{ what: "produce / Go client", value: (median(ours) / median(go)).toFixed(2), reach: ">= 0.9" },
		{ what: "produce / one PUSH a round trip", value: (median(ours) / median(one)).toFixed(1), reach: ">= 20" },
		{ what: "produce, peak memory", value: megabytes(peak), reach: "< 200 MB" },
	];
}
