import { connect, type Socket } from "node:net";
import { messageOf } from "../../base/fault.ts";
import { CODE } from "./codes.ts";
import { frameCutter } from "./frames.ts";
import {
	type Answer,
	answerOf,
	closeSession,
	type Introduction,
	introductionBytes,
	login,
	type ReplyHeader,
	type Request,
	readEvent,
	readReplyHeader,
	readWelcome,
	requestBytes,
	type WatchKind,
	type Welcome,
	XID,
} from "./protocol.ts";

export interface ServerAddress {
	readonly host: string;
	readonly port: number;
}

/** What a connection tells: `welcome` at most once and first, `down` once. None may throw. */
export interface Listener {
	welcome(welcome: Welcome): void;
	/** Each reply, before the request's own callback: a proof that the server heard us. */
	replied(header: ReplyHeader): void;
	event(path: string, kinds: readonly WatchKind[]): void;
	/** The server refuses the login; it then ends the connection. */
	refused(): void;
	/** After the welcome something came that is no ZooKeeper's; the connection has ended. Asked again it would come again. */
	garbled(): void;
	/** With the reason, where it is not that the server closed it without a word. */
	down(why: string | undefined): void;
}

interface Pending {
	settle(header: ReplyHeader, frame: Buffer, at: number): () => void;
	broken(): void;
}

/**
 * One TCP connection with one server, from the first attempt to its end. Requests of one turn of the event loop leave in one
 * piece, and are answered in the order in which they were sent.
 */
export class Connection {
	readonly server: ServerAddress;
	/** Resolves once the socket is closed. */
	readonly closed: Promise<void>;
	readonly #listener: Listener;
	readonly #socket: Socket;
	#out: Buffer[] = [];
	/** By number. */
	readonly #pending = new Map<number, Pending>();
	#flushing = false;
	#nextXid = 1;
	#nextReply = 1;
	readonly #cut = frameCutter();
	readonly #attempt: ReturnType<typeof setTimeout>;
	#state: "greeting" | "up" | "closing" | "down" = "greeting";

	/** Gives up where the server has not answered the introduction within `attemptMs`. */
	constructor(server: ServerAddress, introduction: Introduction, attemptMs: number, listener: Listener) {
		this.server = server;
		this.#listener = listener;
		const socket = connect({ host: server.host, port: server.port, noDelay: true });
		this.#socket = socket;
		this.#attempt = setTimeout(() => {
			const so = socket.connecting ? "no connection" : "connected, but no answer";
			this.end(`${so} within ${Math.round(attemptMs)} ms`);
		}, attemptMs);
		socket.on("connect", () => this.#write(introductionBytes(introduction)));
		socket.on("data", (bytes: Buffer) => this.#receive(bytes));
		socket.on("error", (error) => this.end(messageOf(error)));
		this.closed = new Promise((resolve) => {
			socket.on("close", () => {
				this.end(undefined);
				resolve();
			});
		});
	}

	/** Sends a request. `done` is called exactly once: with the reply, or with `connectionLoss` when the connection ends before. */
	send<T>(request: Request<T>, done: (answer: Answer<T>) => void): void {
		if (this.#state !== "up") {
			done({ code: CODE.connectionLoss });
			return;
		}
		const xid = this.#nextXid++;
		this.#pending.set(xid, {
			settle: (header, frame, at) => {
				const answer = answerOf(request, header, frame, at);
				return () => done(answer);
			},
			broken: () => done({ code: CODE.connectionLoss }),
		});
		this.#write(requestBytes(xid, request));
	}

	/** Logs in; to be the first that is sent. */
	login(auth: string): void {
		this.#write(requestBytes(XID.auth, login(auth)));
	}

	/** Sets the session's watches anew. */
	setWatches(requests: readonly Request<undefined>[]): void {
		for (const request of requests) this.#write(requestBytes(XID.setWatches, request));
	}

	/** Ends the session with the server where there is one, and then the connection, at the latest after `deadlineMs`. */
	async close(deadlineMs: number): Promise<void> {
		if (this.#state === "up") {
			this.#write(requestBytes(this.#nextXid, closeSession));
			this.#state = "closing";
			this.#breakPending();
			const late = setTimeout(() => this.end("closed"), deadlineMs);
			await this.closed;
			clearTimeout(late);
		} else {
			this.end("closed");
			await this.closed;
		}
	}

	/** Breaks the connection. */
	end(why: string | undefined): void {
		if (this.#state === "down") return;
		this.#state = "down";
		clearTimeout(this.#attempt);
		this.#socket.destroy();
		this.#breakPending();
		this.#listener.down(why);
	}

	#breakPending(): void {
		const pending = [...this.#pending.values()];
		this.#pending.clear();
		for (const { broken } of pending) broken();
	}

	#write(message: Buffer): void {
		this.#out.push(message);
		if (this.#flushing) return;
		this.#flushing = true;
		queueMicrotask(() => {
			this.#flushing = false;
			const bytes = Buffer.concat(this.#out);
			this.#out = [];
			if (this.#state !== "down") this.#socket.write(bytes);
		});
	}

	#receive(bytes: Buffer): void {
		for (const frame of this.#understood(() => this.#cut(bytes)) ?? []) {
			if (this.#state === "down" || this.#state === "closing") return;
			this.#understood(() => this.#read(frame))?.();
		}
	}

	/** Undefined, and the connection's end, over what is no ZooKeeper's. */
	#understood<T>(read: () => T): T | undefined {
		try {
			return read();
		} catch (error) {
			const welcomed = this.#state !== "greeting";
			this.end(`unintelligible answer: ${messageOf(error)}`);
			if (welcomed) this.#listener.garbled();
			return undefined;
		}
	}

	/** Reads one frame; what is to be done about it is returned. */
	#read(frame: Buffer): () => void {
		if (this.#state === "greeting") return this.#greeting(readWelcome(frame));
		const { header, at } = readReplyHeader(frame);
		switch (header.xid) {
			case XID.event: {
				const { path, kinds } = readEvent(frame, at);
				return () => this.#listener.event(path, kinds);
			}
			case XID.auth:
				return () => header.code === CODE.ok || this.#listener.refused();
			case XID.setWatches:
				return () => {};
		}
		const pending = this.#pending.get(header.xid);
		if (pending === undefined || header.xid !== this.#nextReply) {
			throw new Error(`reply ${header.xid} where ${this.#nextReply} was due`);
		}
		const settle = pending.settle(header, frame, at);
		return () => {
			this.#nextReply += 1;
			this.#pending.delete(header.xid);
			this.#listener.replied(header);
			settle();
		};
	}

	#greeting(welcome: Welcome): () => void {
		return () => {
			clearTimeout(this.#attempt);
			// Without a session the connection is good for nothing; the server closes it.
			if (welcome.timeoutMs > 0) this.#state = "up";
			this.#listener.welcome(welcome);
		};
	}
}
