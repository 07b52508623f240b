import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import type { Lookup } from "../../src/servers/zookeeper/lookup.ts";
import { shared } from "../support/servers.ts";
import { SlowLink } from "../support/slow-link.ts";
import { ZookeeperProxy } from "../support/zookeeper-proxy.ts";

const never = new AbortController().signal;
/** Takes connections on 127.0.0.3 at the real server's port, and says nothing. */
let mute: Server;
const sockets = new Set<Socket>();
const port = () => Number(shared.zookeeper().split(":")[1]);

beforeAll(async () => {
	mute = createServer((socket) => sockets.add(socket.on("error", () => socket.destroy())));
	await new Promise<void>((resolve) => mute.listen(port(), "127.0.0.3", resolve));
});

afterAll(() => {
	for (const socket of sockets) socket.destroy();
	mute.close();
});

const HANG = new Promise<never>(() => {});

/** How long it takes until a session is open, ms. */
async function opened(connect: string, sessionTimeoutMs: number, lookup: Lookup): Promise<number> {
	const began = performance.now();
	const session = await openSession({ connect, sessionTimeoutMs, lookup }, never);
	const ms = performance.now() - began;
	await session.close();
	return ms;
}

test("a name with three addresses of which the first is mute: the second is tried after a share", async () => {
	const lookup: Lookup = async () => ["127.0.0.3", "127.0.0.1", "127.0.0.4"];
	const ms = await opened(`zk:${port()}`, 6000, lookup);
	// Three endpoints: a ninth of the time-out each.
	expect(ms).toBeGreaterThanOrEqual(600);
	expect(ms).toBeLessThan(3000);
});

test("three names, the first mute, a session of 4 s: connects", async () => {
	const lookup: Lookup = async (name) => [name === "good" ? "127.0.0.1" : "127.0.0.3"];
	for (let run = 0; run < 3; run += 1) {
		const ms = await opened(`mute:${port()},other:${port()},good:${port()}`, 4000, lookup);
		expect(ms).toBeLessThan(3000);
	}
});

/** A way there and back on the slow link, in ms: less than a third of 4 s, of which a connection takes two. */
const SLOW_MS = 800;

test("a slow link on which a connection takes more than a third of the session's time-out: connects", async () => {
	await using proxy = await SlowLink.start(shared.zookeeper(), SLOW_MS);
	const session = await openSession({ connect: proxy.address, sessionTimeoutMs: 4000 }, never);
	// The first attempt ended too soon; meanwhile the port was asked whether it speaks TLS.
	expect(proxy.attempts).toBe(3);
	await session.prove();
	expect(session.state).toBe("connected");
	await session.close();
});

test("a name server that is silent costs nothing while another name is known", async () => {
	const lookup: Lookup = async (name) => (name === "good" ? ["127.0.0.1"] : await HANG);
	const ms = await opened(`one:${port()},two:${port()},three:${port()},good:${port()}`, 6000, lookup);
	expect(ms).toBeLessThan(1500);
});

test("a name that is known later than the others are tried is tried too", async () => {
	const late = Promise.withResolvers<readonly string[]>();
	const lookup: Lookup = async (name) => (name === "late" ? await late.promise : ["127.0.0.3"]);
	const session = openSession({ connect: `mute:${port()},late:${port()}`, sessionTimeoutMs: 6000, lookup }, never);
	while (sockets.size === 0) await new Promise((resolve) => mute.once("connection", resolve));
	late.resolve(["127.0.0.1"]);
	await (await session).close();
});

test("inside a session too: the server stops, the next address is mute, the one after takes the session over", async () => {
	await using first = await ZookeeperProxy.start(shared.zookeeper());
	const addresses = new Map([["first", "127.0.0.1"]]);
	const lookup: Lookup = async (name) => {
		const address = addresses.get(name);
		if (address === undefined) throw Object.assign(new Error(name), { code: "ENOTFOUND" });
		return [address];
	};
	const connect = `${first.address.replace("127.0.0.1", "first")},mute:${port()},good:${port()}`;
	const session = await openSession({ connect, sessionTimeoutMs: 6000, lookup }, never);
	const { id } = session;
	await session.makeDirectories(`/t${crypto.randomUUID()}`);
	addresses.set("mute", "127.0.0.3").set("good", "127.0.0.1");
	await first[Symbol.asyncDispose]();
	const suspended = session.state;
	expect(await session.children("/")).toBeArray();
	await session.makeDirectories(`/t${crypto.randomUUID()}`);
	expect({ id: session.id, state: session.state, aborted: session.lost.aborted }).toEqual({
		...{ id, state: "connected", aborted: false },
	});
	expect(["connected", "suspended"]).toContain(suspended);
	await session.close();
});

test("no name is known: 69, with each name and why", async () => {
	const lookup: Lookup = async (name) => {
		if (name === "silent") return await HANG;
		throw Object.assign(new Error(name), { code: "ENOTFOUND" });
	};
	const opening = openSession({ connect: "nobody:1,silent:1", sessionTimeoutMs: 1000, lookup }, never);
	await expect(opening).rejects.toThrow(
		/nobody could not be looked up \(ENOTFOUND\).*no answer for silent|no answer for silent.*ENOTFOUND/,
	);
});
