import type { Secret } from "../../base/secret.ts";
import type { Address } from "./address.ts";
import { CODE } from "./codes.ts";
import { Connection } from "./connection.ts";
import type { Welcome } from "./handshake.ts";
import type { Answer, Request } from "./request.ts";
import { Watches } from "./watches.ts";

/** Pause before a server is tried again after all have been tried. */
const PAUSE_MS = 150;
const EXPIRED = "the server has ended the session";
const NO_PASSWORD = Buffer.alloc(16);

export interface WireListener {
	/** Connected, with the session time-out that the server grants, in ms. */
	up(timeoutMs: number): void;
	down(): void;
	/** The session is over for good. */
	over(why: string): void;
	/** The server refuses the login. */
	refused(): void;
}

/**
 * The connections of one session, one after another: the servers in turn, the same session on each of them, its watches
 * set again. It does not decide when the session is over, and does not notice a silent server: `SessionMonitor` and
 * `Heartbeat` do.
 *
 *    connecting --welcome--> up --connection ended--> pausing --0 or 150 ms--> connecting
 *        |                                               ^
 *        +--no answer, refused, broken ------------------+         close() from every state --> ended
 */
export class Wire {
	readonly #address: Address;
	readonly #auth: Secret | undefined;
	readonly #listener: WireListener;
	readonly #watches = new Watches();
	readonly #attemptMs: number;
	#session: Welcome;
	/** The last transaction that a server has reported. */
	#zxid = 0n;
	#connection: Connection | undefined;
	#up = false;
	#ended = false;
	/** Attempts since a server has answered. */
	#attempts = 0;
	#next: number;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#trouble: string | undefined;

	constructor(address: Address, timeoutMs: number, auth: Secret | undefined, listener: WireListener) {
		this.#address = address;
		this.#auth = auth;
		this.#listener = listener;
		this.#attemptMs = Math.max(300, timeoutMs / (3 * address.hosts.length));
		this.#session = { timeoutMs, id: 0n, password: NO_PASSWORD };
		this.#next = Math.floor(Math.random() * address.hosts.length);
		this.#connect();
	}

	/** 0 before the first server has answered. */
	get sessionId(): bigint {
		return this.#session.id;
	}

	/** Why the last attempt to connect failed, or the last connection broke. */
	get trouble(): string | undefined {
		return this.#trouble;
	}

	/** Sends at once; where there is no connection, `done` gets `connectionLoss`. */
	send<T>(request: Request<T>, done: (answer: Answer<T>) => void): void {
		const { watch } = request;
		const answered = (answer: Answer<T>) => {
			if (watch !== undefined && answer.code === CODE.ok) this.#watches.add(watch);
			done(answer);
		};
		if (this.#connection === undefined) answered({ code: CODE.connectionLoss });
		else this.#connection.send(request, answered);
	}

	/** Breaks the connection; the next server is tried. */
	cut(reason: string): void {
		this.#connection?.end(reason);
	}

	/**
	 * Ends the session with the server where there is a connection, within `deadlineMs`. Pending requests get
	 * `connectionLoss` at once.
	 */
	async close(deadlineMs: number): Promise<void> {
		this.#ended = true;
		clearTimeout(this.#retry);
		await this.#connection?.close(deadlineMs);
	}

	#connect(): void {
		const { hosts } = this.#address;
		const server = hosts[this.#next++ % hosts.length];
		if (server === undefined) return;
		this.#attempts += 1;
		const introduction = { ...this.#session, zxid: this.#zxid };
		const connection = new Connection(server, introduction, this.#attemptMs, {
			welcome: (welcome) => this.#welcome(connection, welcome),
			replied: ({ code, zxid }) => {
				this.#attempts = 0;
				if (zxid > this.#zxid) this.#zxid = zxid;
				if (code === CODE.sessionExpired) this.#listener.over(EXPIRED);
			},
			event: (path, kinds) => this.#watches.fire(path, kinds),
			refused: () => this.#listener.refused(),
			garbled: () => this.#listener.over("a server does not speak its protocol"),
			down: (why) => this.#down(`${server.host}:${server.port}: ${why ?? "closed the connection"}`),
		});
		this.#connection = connection;
	}

	#welcome(connection: Connection, welcome: Welcome): void {
		if (welcome.timeoutMs <= 0) {
			this.#listener.over(EXPIRED);
			return;
		}
		this.#session = welcome;
		this.#up = true;
		if (this.#auth !== undefined) connection.login(this.#auth.reveal());
		connection.setWatches(this.#watches.requests(this.#zxid));
		this.#listener.up(welcome.timeoutMs);
	}

	#down(trouble: string): void {
		this.#connection = undefined;
		if (this.#ended) return;
		this.#trouble = trouble;
		const wasUp = this.#up;
		this.#up = false;
		this.#retry = setTimeout(() => this.#connect(), this.#attempts < this.#address.hosts.length ? 0 : PAUSE_MS);
		if (wasUp) this.#listener.down();
	}
}
