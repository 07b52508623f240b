import { expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import pMap from "p-map";
import { Secret } from "../../src/base/secret.ts";
import { acquire } from "../../src/locks/acquire.ts";
import type { Reads, Session } from "../../src/locks/ports.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { CREATOR_ALL, create, MODE } from "../../src/servers/zookeeper/operations.ts";
import { LiveSession } from "../../src/servers/zookeeper/session.ts";
import { LockScene } from "../support/lock-scene.ts";
import { shared } from "../support/servers.ts";
import { ZookeeperProxy } from "../support/zookeeper-proxy.ts";

const never = new AbortController().signal;
const through = (connect: string) => openSession({ connect, sessionTimeoutMs: 6000, auth: undefined }, never);

/** Resolves when all of so many watches have called. */
function countdown(count: number): { called: () => void; all: Promise<void> } {
	const { promise, resolve } = Promise.withResolvers<void>();
	let left = count;
	return {
		called: () => {
			left -= 1;
			if (left === 0) resolve();
		},
		all: promise,
	};
}

test("watches outlive the connection: what happened while it was away is told on the return, more than one request of them too", async () => {
	await using scene = await LockScene.create();
	const other = await scene.session();
	const session = await through(`${scene.proxy.address}${scene.chroot}`);
	// 1.3 MB of paths: a server takes 1 MB in one request.
	const nodes = Array.from({ length: 3000 }, (_, at) => `/${"n".repeat(400)}-${at}`);
	await pMap(nodes, async (node) => await session.makeDirectories(node), { concurrency: 200 });
	const gone = countdown(nodes.length);
	const listed = countdown(1);
	await pMap(nodes, async (node) => void (await session.read(node, gone.called)), { concurrency: 200 });
	const [first = ""] = nodes;
	expect(await session.children(first, listed.called)).toEqual([]);
	const { id } = session;
	scene.proxy.cut();
	await pMap(nodes, async (node) => void (await other.remove(node)), { concurrency: 200 });
	scene.proxy.restore();
	await Promise.all([gone.all, listed.all]);
	expect([session.id, session.state]).toEqual([id, "connected"]);
	await session.close();
}, 60_000);

test("a watch calls once for a change, and not for one before it", async () => {
	await using scene = await LockScene.create();
	const session = await scene.session();
	await session.makeDirectories("/a/b");
	const seen: string[] = [];
	const changed = countdown(1);
	await session.children("/a", () => {
		seen.push("children");
		changed.called();
	});
	await session.read("/a/b", () => seen.push("gone"));
	expect(await session.read("/none", () => seen.push("never"))).toBeUndefined();
	await session.makeDirectories("/a/c");
	await changed.all;
	await session.makeDirectories("/none");
	await session.remove("/a/b");
	await session.read("/a");
	expect(seen).toEqual(["children", "gone"]);
});

test("a list of 20,000 names, many socket's pieces long, is read whole", async () => {
	await using scene = await LockScene.create();
	const session = await scene.session(30_000);
	const names = Array.from({ length: 20_000 }, (_, at) => `${"grün".repeat(10)}-${at}`);
	await session.makeDirectories("/list");
	await pMap(names, async (name) => await session.makeDirectory(`/list/${name}`), { concurrency: 500 });
	expect((await session.children("/list"))?.toSorted()).toEqual(names.toSorted());
}, 60_000);

/** A server on loopback that does `answer` to each piece that it receives. */
async function impostor(answer: (socket: Socket, piece: number) => void) {
	const server = createServer((socket) => {
		let piece = 0;
		socket.on("error", () => {});
		socket.on("data", () => answer(socket, piece++));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("not listening");
	return {
		address: `127.0.0.1:${address.port}`,
		[Symbol.dispose]: () => void server.close(),
	};
}

function frame(...numbers: number[]): Buffer {
	const bytes = Buffer.alloc(4 + 4 * numbers.length);
	bytes.writeInt32BE(4 * numbers.length);
	for (const [at, number] of numbers.entries()) bytes.writeInt32BE(number, 4 + 4 * at);
	return bytes;
}

/** Protocol 0, time-out 6 s, session 1, password of 16 bytes. */
const WELCOME = frame(0, 6000, 0, 1, 16, 0, 0, 0, 0);
/** Reply 7, transaction 0, no error. */
const WRONG_REPLY = frame(7, 0, 0, 0);

test.each([
	[
		"talks HTTP",
		(socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
		"unintelligible answer: a frame of 1213486160 bytes",
	],
	["greets with too little", (socket: Socket) => socket.write(frame(0)), "unintelligible answer"],
	["closes without a word", (socket: Socket) => socket.end(), "closed the connection"],
	[
		"greets and never answers",
		(socket: Socket, piece: number) => piece === 0 && socket.write(WELCOME),
		"no answer within",
	],
	["takes the connection and says nothing", () => {}, "connected, but no answer within 2000 ms"],
] as const)("a server that %s is unreachable, and the reason is told", async (_, answer, reason) => {
	using server = await impostor(answer);
	const opening = openSession({ connect: server.address, sessionTimeoutMs: 6000, auth: undefined }, never, 2500);
	await expect(opening).rejects.toThrow(reason);
	await expect(opening).rejects.toThrow(`ZooKeeper ${server.address} did not answer within 2.5 s: ${server.address}: `);
});

test("a server whose answers make no sense ends the session at once", async () => {
	using server = await impostor((socket, piece) => socket.write(piece === 0 ? WELCOME : WRONG_REPLY));
	await expect(through(server.address)).rejects.toThrow(
		`lost the session with ZooKeeper ${server.address}: a server does not speak its protocol ` +
			`(${server.address}: unintelligible answer: reply 7 where 1 was due)`,
	);
});

/** Three times as many nodes as one request reads, some of them missing, and what each read should give. */
async function plant(scene: LockScene): Promise<{ session: Session; paths: string[] }> {
	const session = await through(`${scene.proxy.address}${scene.chroot}`);
	const paths = Array.from({ length: 200 }, (_, at) => `/d/${"long".repeat(200)}-${at}`);
	await pMap(
		paths,
		async (path) => {
			if (path.endsWith("0")) return;
			await session.makeDirectories(path);
			await session.createOwn(path, `_c_${crypto.randomUUID()}-lock-`, `data of ${path}`);
		},
		{ concurrency: 200 },
	);
	return { session, paths };
}

async function look(reads: Reads, paths: readonly string[]) {
	return await Promise.all(
		paths.map(async (path) => {
			const names = await reads.children(path);
			const [name = "none"] = names ?? [];
			return { path, names, node: await reads.read(`${path}/${name}`) };
		}),
	);
}

test("many reads at once give what each by itself gives", async () => {
	await using scene = await LockScene.create();
	const { session, paths } = await plant(scene);
	const found = await look(session.bulk, paths);
	expect(found).toEqual(await look(session, paths));
	expect(found.filter(({ node }) => node === undefined)).toHaveLength(20);
	expect(found[1]?.node?.data.toString()).toBe(`data of ${paths[1]}`);
	await session.close();
});

test("a server that knows no reading of many at once is asked singly, once it has said so", async () => {
	await using scene = await LockScene.create();
	const { session, paths } = await plant(scene);
	scene.proxy.refusedBulks = 0;
	const { id } = session;
	expect(await look(session.bulk, paths)).toEqual(await look(session, paths));
	expect([scene.proxy.refusedBulks, session.id]).toEqual([1, id]);
	await session.close();
});

test("a node that may not be read is refused as it is by itself, and spoils no other read", async () => {
	await using scene = await LockScene.create();
	const session = await scene.session();
	await session.makeDirectories("/d");
	const owner = new LiveSession({
		connect: scene.proxy.address,
		sessionTimeoutMs: 6000,
		auth: new Secret("somebody:else"),
	});
	const onlyTheirs = CREATOR_ALL.slice(0, 1);
	await owner.ask(create(`${scene.chroot}/d/theirs`, Buffer.alloc(0), onlyTheirs, MODE.PERSISTENT));
	const reads = [session.bulk.read("/d/none"), session.bulk.children("/d/theirs"), session.bulk.children("/d")];
	expect(await Promise.allSettled(reads)).toMatchObject([
		{ status: "fulfilled", value: undefined },
		{ status: "rejected", reason: { message: expect.stringContaining("refuses to list /d/theirs") } },
		{ status: "fulfilled", value: ["theirs"] },
	]);
	await owner.close();
});

const PREFIX = "_c_11111111-1111-4111-8111-111111111111-lock-";

/** A scene whose proxy stands before a server that lacks /x/locks, which its leader has. */
async function withoutDirectory() {
	const scene = await LockScene.create();
	const leader = await scene.session();
	await leader.makeDirectories("/x/locks");
	scene.proxy.lack(`${scene.chroot}/x/locks`);
	return { scene, leader };
}

test("a server that lacks a directory which its leader has is left, and of what the leader made for it one node stays", async () => {
	const { scene, leader } = await withoutDirectory();
	await using _scene = scene;
	await using other = await ZookeeperProxy.start(shared.zookeeper());
	// The first connection is with the one that answers.
	other.cut();
	const session = await through(`${scene.proxy.address},${other.address}${scene.chroot}`);
	other.restore();
	const { id } = session;
	const name = await session.createOwn("/x/locks", PREFIX, "");
	expect(await leader.children("/x/locks")).toEqual([name ?? ""]);
	expect([session.id, scene.proxy.creates]).toEqual([id, 2]);
	await session.close();
});

test("where there is no other server, the session ends: what the leader made goes with it", async () => {
	const { scene, leader } = await withoutDirectory();
	await using _scene = scene;
	const session = await through(`${scene.proxy.address}${scene.chroot}`);
	await expect(session.createOwn("/x/locks", PREFIX, "")).rejects.toThrow(
		"a server contradicts its leader: it lacks /x/locks",
	);
	await session.close();
	expect(scene.proxy.creates).toBeLessThan(15);
	expect(await leader.children("/x/locks")).toEqual([]);
});

test.each(["both", "v2", "flat"] as const)(
	"%s: a contender whose own node is not listed, though its leader has it, goes on with another server",
	async (layout) => {
		await using scene = await LockScene.create();
		await using other = await ZookeeperProxy.start(shared.zookeeper());
		// Somebody else waits too, so that the lock is not taken in one transaction.
		const held = await scene.take("/x", 0, layout);
		other.cut();
		const session = await through(`${scene.proxy.address},${other.address}${scene.chroot}`);
		other.restore();
		scene.proxy.lack(`${scene.chroot}/x`);
		const options = { layout, waitMs: 60_000, data: "{}", signal: never } as const;
		const taken = acquire(session, "/x", options);
		await held.release();
		const lock = await taken;
		expect(lock.state).toBe("held");
		await lock.release();
		await scene.untilGone("/x");
		await session.close();
	},
);
