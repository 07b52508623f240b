import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { NameServer } from "../support/name-server.ts";
import { shared } from "../support/servers.ts";
import { BINARY, Running } from "../support/tangles.ts";

/** Takes connections beside the real server, on another address, and says nothing. */
let mute: Server;
const sockets = new Set<Socket>();
let names: NameServer;
const port = () => shared.zookeeper().split(":")[1];

beforeAll(async () => {
	mute = createServer((socket) => sockets.add(socket.on("error", () => socket.destroy())));
	await new Promise<void>((resolve) => mute.listen(Number(port()), "127.0.0.6", resolve));
	names = await NameServer.start({
		"good.test": ["127.0.0.1"],
		"three.test": ["127.0.0.6", "127.0.0.1", "127.0.0.7"],
		"mute.test": ["127.0.0.6"],
	});
});

afterAll(async () => {
	for (const socket of sockets) socket.destroy();
	mute.close();
	await names[Symbol.asyncDispose]();
});

/** Looks at the locks of an empty place, with these servers; how long that took, in ms, and how it ended. */
async function look(...servers: readonly string[]) {
	const connect = `${servers.map((server) => `${server}:${port()}`).join(",")}/t${crypto.randomUUID()}`;
	const env = { TANGLES_ZOOKEEPER: connect, PATH: process.env.PATH ?? "" };
	const began = performance.now();
	await using run = new Running([...names.before, BINARY, "locks", "ls", "--json"], env);
	const ended = await run.ended();
	return { ...ended, ms: performance.now() - began };
}

const WELL = { code: 0, err: "", out: expect.stringContaining("locks") };

test("a name server that is silent for three names of four: no wait for it, before or after, and no word", async () => {
	const { ms, ...ended } = await look("silent1.test", "silent2.test", "silent3.test", "good.test");
	expect(ended).toEqual(WELL);
	// The system's lookups take 10 s and more.
	expect(ms).toBeLessThan(5000);
});

test("a name with three addresses, of which one is mute and one is not there", async () => {
	const { ms, ...ended } = await look("three.test");
	expect(ended).toEqual(WELL);
	expect(ms).toBeLessThan(9000);
});

test("a name that nobody knows, and one that is mute, beside one that is good", async () => {
	const { ms, ...ended } = await look("nobody.test", "mute.test", "good.test");
	expect(ended).toEqual(WELL);
	expect(ms).toBeLessThan(9000);
});

test("a name in /etc/hosts beside names whose server is silent", async () => {
	const { ms, ...ended } = await look("silent1.test", "silent2.test", "localhost");
	expect(ended).toEqual(WELL);
	expect(ms).toBeLessThan(5000);
});

test("a name that nobody answers for: 69, with the name, and the process ends", async () => {
	const { ms, code, err } = await look("silent1.test");
	expect(code).toBe(69);
	expect(err).toContain("the name server gives no answer for silent1.test");
	expect(err).not.toContain("forced exit");
	expect(ms).toBeLessThan(20_000);
});
