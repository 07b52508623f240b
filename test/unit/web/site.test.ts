import { expect, spyOn, test } from "bun:test";
import { Hub } from "../../../src/web/hub.ts";
import { listen } from "../../../src/web/server.ts";
import { Site } from "../../../src/web/site.ts";

const LONG_MS = 60_000;
const log = { debug() {}, info() {}, warn() {}, error() {} };

/** A site whose documents and metrics count how often they are made, and its collections of garbage. */
function counted() {
	const made = { doctor: 0, status: 0, metrics: 0 };
	let looks = 0;
	const unforeseen = (error: unknown) => {
		throw error;
	};
	const memory = { look: () => (looks += 1) };
	const keeping = { limitMs: LONG_MS, unforeseen, stop: new AbortController().signal, memory };
	const findings = { failed: 0, warned: 0, lines: [], toJSON: () => ({ made: ++made.doctor }) };
	const queue = { toJSON: () => ({ made: ++made.status }) };
	const none = { enumeration: undefined, locks: undefined, line: undefined, overdue: undefined };
	const sources = { ...none, queue: async () => queue as never, findings: async () => findings };
	const hub = new Hub(sources, { everyMs: LONG_MS, ...keeping });
	const site = new Site({
		...{ hub, keeping, log, everyMs: LONG_MS, batches: undefined, basePath: "", timeZone: "UTC", version: "0" },
		metrics: async () => `made ${++made.metrics}\n`,
	});
	const guard = { hosts: [], login: undefined };
	const server = listen(site, { hostname: "127.0.0.1", port: 0, basePath: "", guard, unforeseen, memory });
	return { server, made, looks: () => looks };
}

test("documents and metrics are made once for all who ask within a second", async () => {
	using _clock = spyOn(performance, "now").mockReturnValue(1000);
	const { server, made } = counted();
	await using _ = server;
	// The first look is printed by itself, to tell it from the next.
	await (await fetch(`${server.url}healthz`)).text();
	const before = { ...made };
	for (const path of ["metrics", "api/doctor", "api/status"]) {
		const all = await Promise.all(
			Array.from({ length: 100 }, async () => {
				const response = await fetch(`${server.url}${path}`);
				expect(response.status).toBe(200);
				return await response.text();
			}),
		);
		expect(new Set(all).size).toBe(1);
	}
	const times = Object.entries(made).map(([name, count]) => [name, count - before[name as keyof typeof before]]);
	expect(times).toEqual([
		["doctor", 1],
		["status", 1],
		["metrics", 1],
	]);
});

test("garbage of answers that were made before is collected after every twenty", async () => {
	const { server, looks } = counted();
	await using _ = server;
	const ask = async () => await (await fetch(`${server.url}assets/style.css`)).text();
	for (let times = 0; times < 19; times += 1) await ask();
	expect(looks()).toBe(0);
	await ask();
	expect(looks()).toBe(1);
});

test("where no database is configured, whoever asks for batches is told so", async () => {
	const { server } = counted();
	await using _ = server;
	for (const path of [
		"batches",
		"batches/B1-RT1",
		`batches/B1-RT1/reports/${"0a".repeat(16)}`,
		"api/batches",
		"api/batches.csv",
	]) {
		const response = await fetch(`${server.url}${path}`);
		const text = await response.text();
		expect({ path, status: response.status }).toEqual({ path, status: 400 });
		expect(text).toContain("no database is configured");
		expect(text).toContain("db-connection-info names it");
	}
});
