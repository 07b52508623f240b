import type { Fault } from "../../base/fault.ts";
import type { Secret } from "../../base/secret.ts";
import type { TlsFiles } from "../../config/values/tls-files.ts";
import type { Address } from "./address.ts";
import { ConnectAttempts } from "./attempts.ts";
import { CODE } from "./codes.ts";
import { Connection } from "./connection.ts";
import { type Endpoint, Endpoints } from "./endpoints.ts";
import type { Welcome } from "./handshake.ts";
import { type Lookup, lookupName } from "./lookup.ts";
import type { Answer, Request } from "./request.ts";
import { Watches } from "./watches.ts";

/** Pause before a server is tried again after all have been tried. */
const PAUSE_MS = 150;
const EXPIRED = "the server has ended the session";
const NO_PASSWORD = Buffer.alloc(16);

export interface WireOptions {
	readonly address: Address;
	/** The session time-out to ask for, in ms. */
	readonly timeoutMs: number;
	readonly auth: Secret | undefined;
	readonly tls: TlsFiles | undefined;
	/** @default the system's */
	readonly lookup?: Lookup | undefined;
}

export interface WireListener {
	/** Connected, with the session time-out that the server grants, in ms. */
	up(timeoutMs: number): void;
	down(): void;
	/** The session is over for good. */
	over(why: string): void;
	/** The session is over before it has begun: no further try brings anything else. */
	hopeless(fault: Fault): void;
	/** The server refuses the login, or demands another one. */
	refused(demanded: boolean): void;
}

/**
 * The connections of one session, one after another: every address of every server in turn, the same session on each of
 * them, its watches set again. It does not decide when the session is over, and does not notice a silent server:
 * `SessionMonitor` and `Heartbeat` do.
 *
 *    connecting --welcome--> up --connection ended--> pausing --0 or 150 ms--> connecting
 *        |                                               ^
 *        +--no answer, refused, broken ------------------+         close() from every state --> ended
 */
export class Wire {
	readonly #options: WireOptions;
	readonly #listener: WireListener;
	readonly #watches = new Watches();
	readonly #endpoints: Endpoints;
	readonly #attempts: ConnectAttempts;
	#session: Welcome;
	/** The last transaction that a server has reported. */
	#zxid = 0n;
	#connection: Connection | undefined;
	#up = false;
	#ended = false;
	#retry: ReturnType<typeof setTimeout> | undefined;

	constructor(options: WireOptions, listener: WireListener) {
		this.#options = options;
		this.#listener = listener;
		this.#session = { timeoutMs: options.timeoutMs, id: 0n, password: NO_PASSWORD };
		this.#endpoints = new Endpoints(options.address, options.lookup ?? lookupName, () => this.#found());
		this.#attempts = new ConnectAttempts(this.#endpoints, options.tls, (fault) => {
			if (!this.#ended && this.#session.id === 0n) this.#listener.hopeless(fault);
		});
		this.#endpoints.begin();
		this.#connect();
	}

	/** 0 before the first server has answered. */
	get sessionId(): bigint {
		return this.#session.id;
	}

	/** Why there is no connection: what the last attempt with each address brought. */
	get trouble(): string | undefined {
		return this.#attempts.trouble;
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
		this.#attempts.settled();
		clearTimeout(this.#retry);
		await this.#connection?.close(deadlineMs);
	}

	/** A lookup has ended. Nothing waits for it where there is something else to try. */
	#found(): void {
		if (this.#ended || this.#connection !== undefined || this.#retry !== undefined) return;
		this.#connect();
	}

	#connect(): void {
		this.#retry = undefined;
		const endpoint = this.#endpoints.take();
		if (endpoint !== undefined) this.#open(endpoint);
		else if (!this.#endpoints.isWaiting) this.#endRound();
	}

	#endRound(): void {
		this.#attempts.roundEnded();
		if (this.#ended) return;
		this.#retry = setTimeout(() => {
			this.#retry = undefined;
			this.#endpoints.begin();
			this.#connect();
		}, PAUSE_MS);
	}

	#open(endpoint: Endpoint): void {
		const { tls } = this.#options;
		const introduction = { ...this.#session, zxid: this.#zxid };
		const attemptMs = this.#attempts.shareMs(this.#session.timeoutMs, this.#session.id === 0n);
		let replied = false;
		const options = { peer: endpoint, tls, introduction, attemptMs };
		const connection = new Connection(options, {
			welcome: (welcome) => this.#welcome(connection, welcome),
			replied: ({ code, zxid }) => {
				replied = true;
				if (zxid > this.#zxid) this.#zxid = zxid;
				if (code === CODE.sessionExpired) this.#listener.over(EXPIRED);
				if (code === CODE.otherLoginDemanded) this.#listener.refused(true);
			},
			event: (path, kinds) => this.#watches.fire(path, kinds),
			refused: () => this.#listener.refused(false),
			garbled: () => this.#listener.over("a server does not speak its protocol"),
			down: (trouble) => {
				if (replied) this.#attempts.served();
				this.#attempts.failed(endpoint, trouble, { attemptMs, isFirst: this.#session.id === 0n });
				this.#down(replied);
			},
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
		this.#attempts.settled();
		const { auth } = this.#options;
		if (auth !== undefined) connection.login(auth.reveal());
		connection.setWatches(this.#watches.requests(this.#zxid));
		this.#listener.up(welcome.timeoutMs);
	}

	#down(replied: boolean): void {
		this.#connection = undefined;
		if (this.#ended) return;
		const wasUp = this.#up;
		this.#up = false;
		// A server that has served us begins a new round, with the others first.
		if (replied) this.#endpoints.begin();
		this.#retry = setTimeout(() => this.#connect(), 0);
		if (wasUp) this.#listener.down();
	}
}
