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
const PAGES = [
	...["/", "/enumeration", "/locks", "/metrics", "/batches", "/batches?sort=-first", "/batches?sort=type"],
	...[
		"/batches?text=40000000005",
		`/batches/B${400_000_000_000 + BATCHES / 2}-RT1`,
		// Last: without an index for it, a server is busy with it for longer than anybody waits.
		"/batches?event=Batch_Sampled&outcome=never",
	],
];
const REQUESTS = 1000;
const RUNS = 7;
/** Looks that the servers' requests are counted over. */
const LOOKS = 4;

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

async function memoryOf(pid: number): Promise<number> {
	return Number(/^VmRSS:\s+(\d+)/m.exec(await Bun.file(`/proc/${pid}/status`).text())?.[1]) * 1024;
}

/** `count` open pages, which ask for themselves again with each look, for some looks; gives the database's requests. */
async function askedBy(count: number, url: string, proxy: MongoProxy): Promise<number> {
	const sockets = await Promise.all(
		Array.from({ length: count }, async () => {
			const socket = connect(Number(new URL(url).port), "127.0.0.1");
			await once(socket, "connect");
			socket.write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
			return socket;
		}),
	);
	const asked = () => proxy.commands.filter((command) => !/hello|ping/i.test(command)).length;
	const before = asked();
	for (let look = 0; look < LOOKS; look += 1) {
		await Promise.all(Array.from({ length: count }, (_, at) => fetched(`${url}${PAGES[at % 4]}`)));
		await Bun.sleep(EVERY_S * 1000);
	}
	for (const socket of sockets) socket.destroy();
	return asked() - before;
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
	const session = await open(zookeeper);
	await plantLocks(session, LOCKS);
	const begin = async () => {
		const env = { ...servers, TANGLES_MONGO_URI: uri, PATH: process.env.PATH ?? "" };
		for (const name of Object.keys(components)) {
			await measure(["dist/tangles", "component", name, "-q", "--", "true"], env);
		}
	};
	await seedLibrary(uri, "serve", file, { size: BATCHES, ready: 1000, begin });
	await using proxy = await MongoProxy.start(uri);
	const env = { ...servers, TANGLES_MONGO_URI: proxy.uri(true) };
	const words = ["serve", "--listen", "127.0.0.1:0", "--every", `${EVERY_S}s`, "--json", "-q"];
	const child = Bun.spawn(["dist/tangles", ...words], { env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
	try {
		const reader = child.stdout.getReader();
		const first = new TextDecoder().decode((await reader.read()).value);
		const url = String(JSON.parse(first).url).replace(/\/$/, "");
		await fetched(`${url}/`);
		const figures: Figure[] = [];
		for (const page of PAGES) {
			const all: Fetched[] = [];
			for (let run = 0; run < RUNS; run += 1) all.push(await fetched(`${url}${page}`));
			const [cold] = all;
			const warm = median(all.map(({ firstByteMs }) => firstByteMs)).toFixed(1);
			const bytes = all.at(-1)?.bytes ?? 0;
			const value = `first byte ${warm} ms (asked anew ${cold?.firstByteMs.toFixed(0)} ms), ${(bytes / 1000).toFixed(0)} kB`;
			figures.push({ what: page, value, reach: "<= 150 ms beside the servers' time" });
		}
		const before = await memoryOf(child.pid);
		for (let request = 0; request < REQUESTS; request += 10) {
			await Promise.all(
				Array.from({ length: 10 }, (_, at) => fetched(`${url}${PAGES[(request / 10 + at) % PAGES.length]}`)),
			);
		}
		const after = await memoryOf(child.pid);
		figures.push({
			what: `memory before and after ${REQUESTS} requests`,
			value: `${megabytes(before)}, ${megabytes(after)}`,
			reach: "< 150 MB",
		});
		const one = await askedBy(1, url, proxy);
		const many = await askedBy(200, url, proxy);
		const perMinute = (count: number) => (count * 60) / (LOOKS * EVERY_S);
		figures.push({
			what: "requests to the database a minute, 1 and 200 open pages",
			value: `${perMinute(one)}, ${perMinute(many)}`,
			reach: "the same",
		});
		figures.push({
			what: "memory with 200 open pages",
			value: megabytes(await memoryOf(child.pid)),
			reach: "< 150 MB",
		});
		return figures;
	} finally {
		child.kill();
		await child.exited;
		await session.close();
	}
}
