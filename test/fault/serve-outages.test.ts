import { afterAll, beforeAll, expect, test } from "bun:test";
import { ConfigFolder } from "../support/config-folder.ts";
import { RawHttp } from "../support/raw-http.ts";
import { OwnServers, type ServerName } from "../support/servers.ts";
import { Serving } from "../support/serving.ts";
import { tangles } from "../support/tangles.ts";
import { polled } from "../support/until.ts";

const EVERY_MS = 1000;
/** Two looks, and what a busy host adds: the driver's own limits are 5 s and more. */
const TOLD_MS = 2 * EVERY_MS + 2000;

/** The parts that each server gives. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
	faktory: ["queue"],
	mongo: ["enumeration", "line"],
	zookeeper: ["locks"],
};

let servers: OwnServers;
let folder: ConfigFolder;
let serving: Serving;
let reader: RawHttp;

beforeAll(async () => {
	servers = await OwnServers.start(["faktory", "mongo", "zookeeper"]);
	folder = await ConfigFolder.create();
	const env = { FAKTORY_URL: servers.faktory, TANGLES_MONGO_URI: servers.mongo, TANGLES_ZOOKEEPER: servers.zookeeper };
	expect((await tangles(["init", "--max-tcn", "5"], env)).code).toBe(0);
	serving = await Serving.start(env, folder.path, "--every", `${EVERY_MS}ms`);
	// Somebody reads all along: looks are made by themselves.
	reader = await RawHttp.open(serving.port);
	reader.socket.write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
	expect((await serving.json("/api/status")).errors).toEqual([]);
});

afterAll(async () => {
	expect(reader.received).toContain("event: look\n");
	await reader[Symbol.asyncDispose]();
	const { code } = await serving.stopped();
	expect(code).toBe(143);
	await folder[Symbol.asyncDispose]();
	await servers[Symbol.asyncDispose]();
});

interface StatusError {
	readonly part: string;
}

const faulty = async () =>
	(await serving.json("/api/status")).errors.map(({ part }: StatusError) => part).toSorted() as string[];

/** Ms until the pages say what is asked of them. */
async function untilFaulty(parts: readonly string[]): Promise<number> {
	const began = performance.now();
	await polled(`faulty: ${parts}`, async () => (Bun.deepEquals(await faulty(), parts) ? true : undefined));
	return performance.now() - began;
}

/** While a server is away: what it said last is shown, with its age; all else is as before; nothing waits for it. */
async function expectShown(parts: readonly string[]): Promise<void> {
	const began = performance.now();
	const [overview, metrics, health] = await Promise.all(
		["/", "/metrics", "/healthz"].map((path) => serving.text(path)),
	);
	expect(performance.now() - began).toBeLessThan(TOLD_MS);
	expect(overview).toStartWith("<!DOCTYPE html>");
	for (const part of ["queue", "enumeration", "locks", "line"]) {
		expect(metrics).toContain(`tangles_up{part="${part}"} ${parts.includes(part) ? 0 : 1}\n`);
	}
	// The last known numbers, and their age.
	expect(metrics).toContain("tangles_current_tcn 1\n");
	expect(metrics).toContain('tangles_queue_jobs{set="enqueued"} 0\n');
	for (const part of parts) {
		const age = new RegExp(`tangles_look_age_seconds\\{part="${part}"\\} ([\\d.]+)`).exec(metrics ?? "")?.[1];
		expect(Number(age)).toBeGreaterThan(0.5);
		expect(health).toContain(part);
	}
}

test.each(["faktory", "mongo", "zookeeper"] as const)(
	"%s is mute, back, killed and back: told within two looks, the others as before, all by itself",
	async (name: ServerName) => {
		const parts = PARTS[name] ?? [];
		await servers.signal(name, "SIGSTOP");
		expect(await untilFaulty(parts)).toBeLessThan(TOLD_MS);
		await expectShown(parts);
		await servers.signal(name, "SIGCONT");
		await untilFaulty([]);
		await servers.signal(name, "SIGKILL");
		expect(await untilFaulty(parts)).toBeLessThan(TOLD_MS);
		await expectShown(parts);
		await servers.start();
		await untilFaulty([]);
		expect(await serving.text("/healthz")).not.toContain(parts[0] ?? "");
	},
	60_000,
);
