import type { Socket } from "node:net";
import { messageOf } from "../../base/fault.ts";
import { nextState, type StateTable } from "../../base/next-state.ts";
import type { TlsFiles } from "../../config/values/tls-files.ts";
import type { Peer } from "../tls/peer.ts";
import { CODE } from "./codes.ts";
import { frameCutter } from "./frames.ts";
import { closeSession, type Introduction, introductionBytes, login, readWelcome, type Welcome } from "./handshake.ts";
import { Outbox } from "./outbox.ts";
import { PendingRequests } from "./pending-requests.ts";
import { type ReplyHeader, readEvent, readReplyHeader, XID } from "./replies.ts";
import { type Answer, type Request, requestBytes, type WatchKind } from "./request.ts";
import { openSocket, type Trouble, troubleOf } from "./transport.ts";

/** How a connection is made. */
export interface ConnectionOptions {
	readonly peer: Peer;
	/** Undefined for a connection without TLS. */
	readonly tls: TlsFiles | undefined;
	readonly introduction: Introduction;
	/** The server answers the introduction within so many ms, or the connection ends. */
	readonly attemptMs: number;
}

/** What a connection reports: `welcome` first and at most once, `down` once. None of these may throw. */
export interface ConnectionListener {
	welcome(welcome: Welcome): void;
	/** Each reply, before the callback of its request. */
	replied(header: ReplyHeader): void;
	event(path: string, kinds: readonly WatchKind[]): void;
	/** The server refuses the login; it then ends the connection. */
	refused(): void;
	/** After the welcome the server has sent bytes that are not its protocol; the connection has ended. */
	garbled(): void;
	down(trouble: Trouble): void;
}

type State = "greeting" | "up" | "closing" | "down";

const STATES: StateTable<State> = {
	greeting: ["up", "down"],
	up: ["closing", "down"],
	closing: ["down"],
	down: [],
};

/**
 * One connection with one server, by TCP or TLS, from the first attempt to its end. Requests of one turn of the event loop are
 * sent in one piece, and are answered in the order in which they were sent.
 *
 *    greeting --welcome--> up --close()--> closing
 *        |                  |                 |
 *        +------------------+-----------------+-- end(), socket closed, time over, bytes not understood --> down
 *
 * `send` is answered with `connectionLoss` in every state but `up`; all that is pending is so when `up` ends.
 */
export class Connection {
	/** Resolves once the socket is closed. */
	readonly closed: Promise<void>;
	readonly #listener: ConnectionListener;
	readonly #socket: Socket;
	readonly #outbox: Outbox;
	readonly #pending = new PendingRequests();
	readonly #cut = frameCutter();
	readonly #attempt: ReturnType<typeof setTimeout>;
	#state: State = "greeting";
	/** True once the server should have answered in a way that shows whether it speaks TLS. */
	#spokenTo = false;

	constructor({ peer, tls, introduction, attemptMs }: ConnectionOptions, listener: ConnectionListener) {
		this.#listener = listener;
		let ready = false;
		const socket = openSocket(peer, tls, () => {
			ready = true;
			this.#spokenTo = tls === undefined;
			this.#outbox.add(introductionBytes(introduction));
		});
		this.#socket = socket;
		this.#outbox = new Outbox((bytes) => {
			if (this.#state !== "down") socket.write(bytes);
		});
		this.#attempt = setTimeout(() => {
			this.end(`${ready ? "connected, but no answer" : "no connection"} within ${Math.round(attemptMs)} ms`);
		}, attemptMs);
		if (tls !== undefined) {
			socket.on("connect", () => {
				this.#spokenTo = !ready;
			});
		}
		socket.on("data", (bytes: Buffer) => this.#receive(bytes));
		socket.on("error", (error) => this.#end(troubleOf(error, tls)));
		this.closed = new Promise((resolve) => {
			socket.on("close", () => {
				this.end("closed the connection");
				resolve();
			});
		});
	}

	/**
	 * Sends a request. `done` is called exactly once: with the reply, or with `connectionLoss` when the connection ends
	 * before.
	 */
	send<T>(request: Request<T>, done: (answer: Answer<T>) => void): void {
		if (this.#state === "up") this.#outbox.add(requestBytes(this.#pending.add(request, done), request));
		else done({ code: CODE.connectionLoss });
	}

	/** Logs in. Must be the first request that is sent. */
	login(auth: string): void {
		this.#outbox.add(requestBytes(XID.auth, login(auth)));
	}

	/** Sets the session's watches on this connection. */
	setWatches(requests: readonly Request<undefined>[]): void {
		for (const request of requests) this.#outbox.add(requestBytes(XID.setWatches, request));
	}

	/**
	 * Ends the session with the server where the connection is up, then the connection, at the latest after `deadlineMs`.
	 */
	async close(deadlineMs: number): Promise<void> {
		if (this.#state !== "up") {
			this.end("closed");
			await this.closed;
			return;
		}
		this.#outbox.add(requestBytes(this.#pending.nextXid, closeSession));
		this.#turn("closing");
		this.#pending.failAll();
		const late = setTimeout(() => this.end("closed"), deadlineMs);
		await this.closed;
		clearTimeout(late);
	}

	/** Breaks the connection. Does nothing where it is down already. */
	end(why: string): void {
		this.#end({ text: why });
	}

	#end(trouble: Trouble): void {
		if (this.#state === "down") return;
		const isMute = this.#spokenTo && this.#state === "greeting";
		this.#turn("down");
		clearTimeout(this.#attempt);
		this.#socket.destroy();
		this.#pending.failAll();
		this.#listener.down({ ...trouble, isMute });
	}

	#turn(state: State): void {
		this.#state = nextState(STATES, "connection", this.#state, state);
	}

	#receive(bytes: Buffer): void {
		for (const frame of this.#decoded(() => this.#cut(bytes)) ?? []) {
			if (this.#state === "down" || this.#state === "closing") return;
			this.#decoded(() => this.#read(frame))?.();
		}
	}

	/** What `read` gives. Where it throws, the bytes are not ZooKeeper's: the connection ends. */
	#decoded<T>(read: () => T): T | undefined {
		try {
			return read();
		} catch (error) {
			const welcomed = this.#state !== "greeting";
			this.end(`unintelligible answer: ${messageOf(error)}`);
			if (welcomed) this.#listener.garbled();
			return undefined;
		}
	}

	/** Decodes one frame; the function that it returns acts on the frame. */
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
		const answer = this.#pending.take(header, frame, at);
		return () => {
			this.#listener.replied(header);
			answer();
		};
	}

	#greeting(welcome: Welcome): () => void {
		return () => {
			clearTimeout(this.#attempt);
			// A time-out of 0: the session is over, and the server closes the connection.
			if (welcome.timeoutMs > 0) this.#turn("up");
			this.#listener.welcome(welcome);
		};
	}
}
