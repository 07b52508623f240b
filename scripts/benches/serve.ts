import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { MongoProxy } from "../../test/support/mongo-proxy.ts";
import { type Figure, measure, median, megabytes, needed } from "./figures.ts";
import { seedLibrary } from "./library.ts";
import { open, plantLocks } from "./locks.ts";

const BATCHES = Number(process.env.BENCH_BATCHES ?? 100_000);
const LOCKS = 500;
const EVERY_S = 5;
const FIRST = 400_000_000_000;
const PAGES = [
	...["/", "/enumeration", "/locks", "/metrics", "/batches", "/batches?sort=-first", "/batches?sort=type"],
	...["/batches?text=40000000005", `/batches/B${FIRST + BATCHES / 2}-RT1`],
	...["/batches?event=Batch_Sampled&outcome=done", "/batches?event=Batch_Sampled&outcome=failed"],
	// No index has these: the page shows what is found in some seconds.
	"/batches?event=Batch_Sampled&outcome=never",
];
/** Those that people leave open. */
const OPEN = ["/batches", "/", "/enumeration", "/locks"];
const REQUESTS = 1000;
const AT_ONCE = 10;
const RUNS = 7;
/** More than a minute: what is asked once a minute is in it as often, whoever is there. */
const COUNTED_S = 120;

interface Fetched {
	readonly firstByteMs: number;
	readonly bytes: number;
}

async function fetched(url: string): Promise<Fetched> {
	const began = performance.now();
	const response = await fetch(url);
	const firstByteMs = performance.now() - began;
	if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
	return { firstByteMs, bytes: (await response.arrayBuffer()).byteLength };
}

/** The server as it is measured. */
class Served {
	readonly url: string;
	readonly #pid: number;
	readonly #proxy: MongoProxy;

	constructor(url: string, pid: number, proxy: MongoProxy) {
		this.url = url;
		this.#pid = pid;
		this.#proxy = proxy;
	}

	/** Resident memory now, and the most since `forgetPeak`, bytes. */
	async memory(): Promise<{ readonly now: number; readonly peak: number }> {
		const status = await Bun.file(`/proc/${this.#pid}/status`).text();
		const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
		return { now: of("VmRSS"), peak: of("VmHWM") };
	}

	/** See proc(5), clear_refs. */
	async forgetPeak(): Promise<void> {
		await writeFile(`/proc/${this.#pid}/clear_refs`, "5");
	}

	/** Requests to the database so far, without the driver's own. */
	asked(): number {
		return this.#proxy.commands.filter((command) => !/hello|ping/i.test(command)).length;
	}

	async page(path: string): Promise<Figure> {
		const all: Fetched[] = [];
		for (let run = 0; run < RUNS; run += 1) all.push(await fetched(`${this.url}${path}`));
		const [first] = all;
		const kept = median(all.map(({ firstByteMs }) => firstByteMs)).toFixed(1);
		const bytes = all.at(-1)?.bytes ?? 0;
		const value = `first byte ${kept} ms (asked anew ${first?.firstByteMs.toFixed(0)} ms), ${(bytes / 1000).toFixed(0)} kB`;
		return { what: path, value, reach: "<= 150 ms beside the servers' time" };
	}

	/** Requests of which half are for pages that others ask for too, and half for pages of their own. */
	async load(): Promise<Figure[]> {
		await this.forgetPeak();
		const before = await this.memory();
		const began = performance.now();
		const address = (request: number) =>
			request % 2 === 0
				? PAGES[(request / 2) % PAGES.length]
				: `/batches?text=${FIRST + Math.floor((request * BATCHES) / REQUESTS)}&limit=${1 + (request % 500)}`;
		for (let from = 0; from < REQUESTS; from += AT_ONCE) {
			await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => fetched(`${this.url}${address(from + at)}`)));
		}
		const seconds = ((performance.now() - began) / 1000).toFixed(0);
		const { now, peak } = await this.memory();
		return [
			{
				what: `memory before and after ${REQUESTS} requests, ${AT_ONCE} at a time (${seconds} s)`,
				value: `${megabytes(before.now)}, ${megabytes(now)}`,
				reach: "< 150 MB",
			},
			{ what: "the most in between", value: megabytes(peak), reach: "< 150 MB" },
		];
	}

	/** Gives the requests to the database while `count` pages are open, which ask for themselves again with each look. */
	async askedBy(count: number): Promise<number> {
		const sockets = await Promise.all(
			Array.from({ length: count }, async () => {
				const socket = connect(Number(new URL(this.url).port), "127.0.0.1");
				await once(socket, "connect");
				socket.write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
				return socket;
			}),
		);
		const before = this.asked();
		for (let look = 0; look < COUNTED_S / EVERY_S; look += 1) {
			const rest = Bun.sleep(EVERY_S * 1000);
			await Promise.all(Array.from({ length: count }, (_, at) => fetched(`${this.url}${OPEN[at % OPEN.length]}`)));
			await rest;
		}
		for (const socket of sockets) socket.destroy();
		return this.asked() - before;
	}

	async open(): Promise<Figure[]> {
		await this.forgetPeak();
		const one = await this.askedBy(1);
		const many = await this.askedBy(200);
		const perMinute = (count: number) => ((count * 60) / COUNTED_S).toFixed(0);
		return [
			{
				what: "requests to the database a minute, 1 and 200 open pages",
				value: `${perMinute(one)}, ${perMinute(many)}`,
				reach: "the same",
			},
			{ what: "the most memory meanwhile", value: megabytes((await this.memory()).peak), reach: "< 150 MB" },
		];
	}
}

/** The pages of 100,000 batches, 500 locks and 26 TCNs. */
export async function serve(dir: string): Promise<Figure[]> {
	const uri = needed("TANGLES_MONGO_URI");
	const file = `${dir}/serve.yaml`;
	const zookeeper = `${needed("TANGLES_ZOOKEEPER")}/serve`;
	const station = (past: string, event: string) => ({ past: [past], future: [event], event });
	const components = { Sample: station("Data_Archived", "Batch_Sampled") };
	await writeFile(file, JSON.stringify({ "db-connection-info": { database: "serve" }, components }));
	const servers = { TANGLES_CONFIG: file, TANGLES_ZOOKEEPER: zookeeper, FAKTORY_URL: needed("FAKTORY_URL") };
	const begin = async () => {
		const env = { ...servers, TANGLES_MONGO_URI: uri, PATH: process.env.PATH ?? "" };
		for (const name of Object.keys(components)) {
			await measure(["dist/tangles", "component", name, "-q", "--", "true"], env);
		}
	};
	await seedLibrary(uri, "serve", file, { size: BATCHES, ready: 1000, begin });
	// Behind the batches: a session of theirs must not end while nobody has time for it.
	const session = await open(zookeeper);
	await plantLocks(session, LOCKS);
	await using proxy = await MongoProxy.start(uri);
	const env = { ...servers, TANGLES_MONGO_URI: proxy.uri(true) };
	const words = ["serve", "--listen", "127.0.0.1:0", "--every", `${EVERY_S}s`, "--json", "-q"];
	const child = Bun.spawn(["dist/tangles", ...words], { env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
	try {
		const reader = child.stdout.getReader();
		const first = new TextDecoder().decode((await reader.read()).value);
		const served = new Served(String(JSON.parse(first).url).replace(/\/$/, ""), child.pid, proxy);
		const { firstByteMs } = await fetched(`${served.url}/`);
		const figures: Figure[] = [{ what: "the first look of all", value: `${firstByteMs.toFixed(0)} ms` }];
		for (const page of PAGES) figures.push(await served.page(page));
		// The checks of all batches go on behind the first look.
		figures.push({
			what: "the most memory until then",
			value: megabytes((await served.memory()).peak),
			reach: "< 150 MB",
		});
		return [...figures, ...(await served.load()), ...(await served.open())];
	} finally {
		child.kill();
		await child.exited;
		await session.close();
	}
}
