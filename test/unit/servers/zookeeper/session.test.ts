import { expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { EVERYONE_ALL, transaction } from "../../../../src/servers/zookeeper/operations.ts";
import { LiveSession } from "../../../../src/servers/zookeeper/session.ts";
import { messageCutter } from "../../../support/stream-proxy.ts";
import { int, no } from "../../../support/zookeeper-bytes.ts";

const DELETE = 2;
const MULTI = 14;
const CLOSE = -11;
const EXPIRED = -112;
const WELCOME = Buffer.concat([int(0), int(6000), Buffer.alloc(8, 1), int(16), Buffer.alloc(16), no]);

/** Answers every request without an error; a transaction with the word, in its payload, that the session is over. */
function answer(socket: Socket): (frame: Buffer) => void {
	let greeted = false;
	const send = (reply: Buffer) => socket.write(Buffer.concat([int(reply.length), reply]));
	return (frame) => {
		if (!greeted) send(WELCOME);
		else if (frame.readInt32BE(8) === CLOSE) socket.end();
		else {
			const refused = Buffer.concat([int(-1), no, int(-1), int(EXPIRED), int(-1), Buffer.from([1]), int(-1)]);
			const payload = frame.readInt32BE(8) === MULTI ? refused : Buffer.alloc(0);
			send(Buffer.concat([frame.subarray(4, 8), Buffer.alloc(8), int(0), payload]));
		}
		greeted = true;
	};
}

/** A session with a server that calls `seen` with the opcode of each request, of whichever connection. */
async function scene(seen: (opcode: number, socket: Socket) => void = () => {}) {
	const server = createServer((socket) => {
		const reply = answer(socket);
		let greeted = false;
		const received = (frame: Buffer) => {
			if (greeted) seen(frame.readInt32BE(8), socket);
			greeted = true;
			reply(frame);
		};
		socket.on(
			"data",
			messageCutter((head) => 4 + head.readInt32BE(0), received),
		);
		socket.on("error", () => socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("not listening");
	const session = new LiveSession({ connect: `127.0.0.1:${address.port}`, sessionTimeoutMs: 6000 });
	const end = async () => {
		await session.close();
		server.close();
	};
	return { session, [Symbol.asyncDispose]: end };
}

test("a transaction's reply that says, behind a header without an error, that the session is over: lost at once", async () => {
	await using opened = await scene();
	const { session } = opened;
	await session.prove();
	expect(session.state).toBe("connected");
	await expect(session.ask(transaction([{ remove: "/a" }], EVERYONE_ALL))).rejects.toThrow("has ended the session");
	expect(session.lost.aborted).toBe(true);
});

test("a proof that is asked for before there is a connection is the one that the connection begins with", async () => {
	const opcodes: number[] = [];
	const { session, ...opened } = await scene((opcode) => opcodes.push(opcode));
	await Promise.all([session.prove(), session.prove()]);
	await opened[Symbol.asyncDispose]();
	expect(opcodes).toEqual([DELETE, CLOSE]);
});

test("a connection that ends before it has answered that proof gives none: the next connection's proof does", async () => {
	const connections = new Set<Socket>();
	await using opened = await scene((opcode, socket) => {
		connections.add(socket);
		if (opcode === DELETE && connections.size === 1) socket.destroy();
	});
	await opened.session.prove();
	expect(connections.size).toBe(2);
	expect(opened.session.state).toBe("connected");
});

test("a proof that is asked for on a standing connection is one of its own, sent after the call", async () => {
	const opcodes: number[] = [];
	await using opened = await scene((opcode) => opcodes.push(opcode));
	await opened.session.prove();
	await opened.session.prove();
	expect(opcodes).toEqual([DELETE, DELETE]);
});
