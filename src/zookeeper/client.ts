import type { Socket } from "node:net";
import type { Client } from "node-zookeeper-client";
import library from "node-zookeeper-client";
import { messageOf } from "../base/fault.ts";
import type { Secret } from "../config/secret.ts";
import type { Address } from "./address.ts";

/** Pause before a server is tried again after all have been tried. */
const PAUSE_MS = 150;
/** A list of a million nodes; what claims to be longer is no ZooKeeper's. */
const LONGEST_PACKET = 64 * 1024 * 1024;
/** The library's own state for "closing": the socket's end is then no reason to connect again. */
const CLOSING = -1;

export interface Wire {
	readonly client: Client;
	/** Why the last attempt to connect failed, or the last connection broke. */
	trouble(): string | undefined;
	/** Breaks the connection; the library connects anew, to the next server. */
	cut(reason: string): void;
	/** Sends the close request where there is a connection, and ends all. Resolves once the socket is closed; never rejects. */
	close(deadlineMs: number): Promise<void>;
}

/** The library writes each request by itself; those of one turn leave in one piece here. */
function gatherWrites(socket: Socket): void {
	const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
	let waiting: Buffer[] = [];
	const flush = () => {
		const pieces = waiting;
		waiting = [];
		if (!socket.destroyed) write(Buffer.concat(pieces));
	};
	socket.write = (bytes: Uint8Array | string) => {
		if (waiting.push(Buffer.from(bytes as Buffer)) === 1) queueMicrotask(flush);
		return true;
	};
}

/**
 * Gives each whole packet of `bytes` (four bytes of length, then so many) to `take`, and what is left of one at the end back.
 * The library would copy all that follows for each packet, which makes many answers at once cost their square.
 */
function eachFrame(bytes: Buffer, take: (frame: Buffer) => void): Buffer {
	let at = 0;
	while (bytes.length - at >= 4) {
		const length = bytes.readUInt32BE(at);
		if (length > LONGEST_PACKET) throw new Error(`a packet of ${length} bytes`);
		const end = at + 4 + length;
		if (end > bytes.length) break;
		take(bytes.subarray(at, end));
		at = end;
	}
	return bytes.subarray(at);
}

/**
 * The vendor's client with what it lacks: a limit on how long one attempt to connect may take (it waits for ever for a server
 * that accepts and says nothing), the reason of a failed attempt, no crash over bytes that are not ZooKeeper's, nothing left of
 * a half-read packet when it connects anew, and an end that is safe in every state.
 */
export function createWire(address: Address, sessionTimeoutMs: number, auth: Secret | undefined): Wire {
	// The library splits at every colon: an IPv6 address must not go through its parser.
	const client = library.createClient("placeholder:1", { sessionTimeout: sessionTimeoutMs, retries: 0 });
	const manager = client.connectionManager;
	manager.servers = address.hosts;
	manager.updateTimeout(sessionTimeoutMs);
	if (auth !== undefined) client.addAuthInfo("digest", Buffer.from(auth.reveal()));
	const attemptMs = Math.max(300, sessionTimeoutMs / (3 * address.hosts.length));
	let trouble: string | undefined;
	/** Of the connection in use: the beginning of a packet whose end has not come. */
	let rest: Buffer = Buffer.alloc(0);
	let closed = false;
	let attempts = 0;
	let attemptTimer: ReturnType<typeof setTimeout> | undefined;
	let at = Math.floor(Math.random() * address.hosts.length);

	manager.findNextServer = (found) => {
		const start = () => {
			if (closed) return;
			const server = address.hosts[at++ % address.hosts.length];
			if (server === undefined) return;
			rest = Buffer.alloc(0);
			found(server);
			const socket = manager.socket;
			if (socket !== undefined) gatherWrites(socket);
			socket?.setNoDelay(true);
			const name = `${server.host}:${server.port}`;
			socket?.once("error", (error: Error) => {
				trouble = `${name}: ${messageOf(error)}`;
			});
			socket?.once("close", () => clearTimeout(attemptTimer));
			attemptTimer = setTimeout(() => {
				trouble = `${name}: connected, but no answer within ${Math.round(attemptMs)} ms`;
				socket?.destroy();
			}, attemptMs);
		};
		const wait = attempts < address.hosts.length ? 0 : PAUSE_MS;
		attempts += 1;
		if (wait === 0) process.nextTick(start);
		else setTimeout(start, wait);
	};
	const read = manager.onSocketData.bind(manager);
	manager.onSocketData = (data) => {
		try {
			rest = eachFrame(rest.length === 0 ? data : Buffer.concat([rest, data]), read);
		} catch (error) {
			// An error code that the library does not know, or bytes of another protocol: the session decides by its clock.
			trouble = `unintelligible answer: ${messageOf(error)}`;
			manager.socket?.destroy();
		}
	};
	client.on("connected", () => {
		attempts = 0;
		clearTimeout(attemptTimer);
	});
	const connected = () => manager.state > 1;

	return {
		client,
		trouble: () => trouble,
		cut: (reason) => {
			trouble = reason;
			manager.socket?.destroy();
		},
		close: async (deadlineMs) => {
			if (closed) return;
			closed = true;
			clearTimeout(attemptTimer);
			clearTimeout(manager.connectTimeoutHandler);
			const socket = manager.socket;
			const ended =
				socket === undefined || socket.destroyed
					? Promise.resolve()
					: new Promise<void>((resolve) => socket.once("close", () => resolve()));
			if (!connected()) {
				manager.setState(CLOSING);
				socket?.destroy();
				return await ended;
			}
			client.close();
			const timer = setTimeout(() => socket?.destroy(), deadlineMs);
			await ended;
			clearTimeout(timer);
		},
	};
}
