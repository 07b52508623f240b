import pMap from "p-map";
import { thisHolder } from "../../src/commands/shared/lock-holder.ts";
import { acquire } from "../../src/locks/acquire.ts";
import type { Session } from "../../src/locks/ports.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { Curator } from "../../test/support/curator.ts";
import { type Figure, measure, median, needed } from "./figures.ts";

const WARM_UP = 200;
const SLICES = 5;
const ROUNDS = 200;
const never = new AbortController().signal;

export const open = (connect: string) => openSession({ connect, sessionTimeoutMs: 30_000, auth: undefined }, never);
const take = (session: Session, path: string) =>
	acquire(session, path, { layout: "both", waitMs: 0, data: thisHolder("bench", "0.0.0", "both"), signal: never });

async function ours(session: Session, path: string, rounds: number): Promise<number[]> {
	const times: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		const began = performance.now();
		await (await take(session, path)).release();
		times.push((performance.now() - began) * 1000);
	}
	return times;
}

async function kazoo(dir: string, connect: string) {
	const venv = `${dir}/kazoo`;
	const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? dir };
	await measure(["python3", "-m", "venv", venv], env);
	const pins = "scripts/benches/kazoo/requirements.txt";
	await measure([`${venv}/bin/pip`, "install", "--quiet", "--disable-pip-version-check", "-r", pins], env);
	const child = Bun.spawn([`${venv}/bin/python`, "scripts/benches/kazoo/bench.py", connect], {
		stdin: "pipe",
		stdout: "pipe",
	});
	const reader = child.stdout.getReader();
	const decoder = new TextDecoder();
	return {
		bench: async (path: string, rounds: number): Promise<number[]> => {
			await child.stdin.write(`${path} ${rounds}\n`);
			await child.stdin.flush();
			let text = "";
			while (!text.endsWith("\n")) text += decoder.decode((await reader.read()).value, { stream: true });
			return JSON.parse(text);
		},
		end: async () => {
			await child.stdin.end();
			await child.exited;
		},
	};
}

/** Lock and unlock of a free lock, in slices by turns, so that a noisy moment meets all. */
async function cycles(dir: string, server: string): Promise<Figure[]> {
	const session = await open(server);
	await using java = await Curator.start("v2", server, 30_000);
	const python = await kazoo(dir, server);
	const times = { tangles: [] as number[], curator: [] as number[], kazoo: [] as number[] };
	await ours(session, "/cycle/tangles", WARM_UP);
	await java.bench("/cycle/curator", WARM_UP);
	await python.bench("/cycle/kazoo", WARM_UP);
	for (let slice = 0; slice < SLICES; slice += 1) {
		times.tangles.push(...(await ours(session, "/cycle/tangles", ROUNDS)));
		times.curator.push(...(await java.bench("/cycle/curator", ROUNDS)));
		times.kazoo.push(...(await python.bench("/cycle/kazoo", ROUNDS)));
	}
	await python.end();
	await session.close();
	const p99 = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.99)] ?? Number.NaN;
	const ms = (us: number) => `${(us / 1000).toFixed(2)} ms`;
	const line = (what: string, all: readonly number[]) => ({
		what,
		value: `p50 ${ms(median(all))}, p99 ${ms(p99(all))}`,
	});
	const ratio = (other: readonly number[]) => (median(times.tangles) / median(other)).toFixed(2);
	return [
		line("tangles, both layouts", times.tangles),
		line("Curator 5.9 semaphore mutex, one layout", times.curator),
		line("kazoo Semaphore", times.kazoo),
		{ what: "p50 tangles / Curator", value: ratio(times.curator), reach: "<= 0.75" },
		{ what: "p50 tangles / kazoo", value: ratio(times.kazoo), reach: "<= 1" },
	];
}

/** Locks as tangles holds them, both layouts, below /bench. */
export async function plantLocks(session: Session, count: number): Promise<void> {
	const data = thisHolder("bench", "0.0.0", "both");
	await pMap(
		Array.from({ length: count }, (_, at) => `/bench/B${String(at).padStart(9, "0")}-RT1`),
		async (path) => {
			await session.makeDirectories(`${path}/leases`);
			await Promise.all([
				session.createOwn(path, `_c_${crypto.randomUUID()}-lock-`, data),
				session.createOwn(`${path}/leases`, `_c_${crypto.randomUUID()}-lease-`, data),
			]);
		},
		{ concurrency: 100 },
	);
}

/** Whole process of `locks ls` with so many locks held. */
async function listing(server: string, count: number, runs: number): Promise<string> {
	const connect = `${server}/ls${count}`;
	const session = await open(connect);
	await plantLocks(session, count);
	const times: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		const { ms, out } = await measure(["dist/tangles", "locks", "ls"], { TANGLES_ZOOKEEPER: connect });
		if (out.trim().split("\n").length !== count + 1) throw new Error(`locks ls does not show ${count} locks`);
		times.push(ms);
	}
	await session.close();
	return `${median(times).toFixed(0)} ms`;
}

const EXEC_RUNS = 30;

/** Whole process of `locks exec -- true`, as a ratio to `--version`, by turns. */
async function execution(server: string): Promise<Figure[]> {
	const env = { TANGLES_ZOOKEEPER: `${server}/exec`, PATH: process.env.PATH ?? "" };
	const times = { exec: [] as number[], version: [] as number[] };
	for (let run = 0; run < EXEC_RUNS; run += 1) {
		times.exec.push((await measure(["dist/tangles", "locks", "exec", "/bench", "--", "true"], env)).ms);
		times.version.push((await measure(["dist/tangles", "--version"])).ms);
	}
	const [exec, version] = [median(times.exec), median(times.version)];
	return [
		{ what: "locks exec -- true", value: `${exec.toFixed(0)} ms` },
		{ what: "locks exec -- true / --version", value: (exec / version).toFixed(2) },
	];
}

export async function locks(dir: string): Promise<Figure[]> {
	const server = needed("TANGLES_ZOOKEEPER");
	return [
		...(await cycles(dir, server)),
		...(await execution(server)),
		{ what: "locks ls, 10 locks", value: await listing(server, 10, 20), reach: "<= 60 ms" },
		{ what: "locks ls, 10,000 locks", value: await listing(server, 10_000, 5), reach: "<= 500 ms" },
	];
}
