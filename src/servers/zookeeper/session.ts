import { orAborted, sleep } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import { noteOpen } from "../../base/open.ts";
import type { Secret } from "../../base/secret.ts";
import type { TlsFiles } from "../../config/values/tls-files.ts";
import type { SessionState, Validity } from "../../locks/ports.ts";
import { readAddress } from "./address.ts";
import { CODE } from "./codes.ts";
import { Heartbeat } from "./heartbeat.ts";
import { loginRefused, otherLoginDemanded } from "./login-faults.ts";
import type { Lookup } from "./lookup.ts";
import { proof } from "./operations.ts";
import type { Answer, Request } from "./request.ts";
import { SessionMonitor } from "./session-monitor.ts";
import { Wire } from "./wire.ts";

/** How long the close request may take; what takes longer is ended by the session's time-out. */
const CLOSE_MS = 1000;
/** Between two servers that contradict their leader: what was asked is asked again no more often. */
const LEAVE_MS = 200;
/** So many are left in a session: no ensemble has more members, and a single server is asked again. */
const MOST_LEFT = 9;
const EXPIRED = "the server has ended the session";
/** Answers to a transaction that prove nothing about the session. */
const NO_PROOF: readonly number[] = [
	CODE.connectionLoss,
	CODE.sessionExpired,
	CODE.sessionMoved,
	CODE.otherLoginDemanded,
];

export interface SessionOptions {
	readonly connect: string;
	readonly sessionTimeoutMs: number;
	readonly auth?: Secret | undefined;
	readonly tls?: TlsFiles | undefined;
	/** @default the system's */
	readonly lookup?: Lookup | undefined;
}

/**
 * One session with the ensemble: its connections (`Wire`), its heartbeat, and its state by our own clock
 * (`SessionMonitor`).
 *
 *    connecting --up--> wired --down--> connecting --> ...
 *        |                |
 *        +----------------+-- the monitor's loss, the server's word, a refused login, close() --> over
 *
 * A request is sent at once while wired, waits while connecting, and is rejected with the loss once over.
 */
export class LiveSession {
	readonly address: string;
	readonly chroot: string;
	readonly #wire: Wire;
	readonly #monitor: SessionMonitor;
	readonly #heartbeat: Heartbeat;
	readonly #forget: () => void;
	/** The newest proof of the heartbeat; each connection begins with one. */
	#beaten: Promise<Answer<undefined>> | undefined;
	#upWaiters: (() => void)[] = [];
	/** How many servers were left because they contradict their leader. */
	#left = 0;
	#wired = false;
	/** Work that nobody waits for but `close`. */
	readonly #later = new Set<Promise<unknown>>();
	#closing: Promise<void> | undefined;
	/** The end of the wire, from the session's loss on. */
	#closed: Promise<void> = Promise.resolve();

	constructor(options: SessionOptions) {
		const address = readAddress(options.connect);
		this.address = address.text;
		this.chroot = address.chroot;
		this.#forget = noteOpen(`ZooKeeper session with ${this.address}`);
		this.#monitor = new SessionMonitor({
			timeoutMs: options.sessionTimeoutMs,
			lossFault: (why) => this.#lossFault(why),
			lost: () => {
				this.#heartbeat.stop();
				this.#closed = this.#end();
			},
		});
		this.#heartbeat = new Heartbeat({
			prove: () => {
				this.#beaten = this.#send(proof(this.chroot));
				return this.#beaten;
			},
			silent: (waitedMs) => this.#wire.cut(`no answer within ${Math.round(waitedMs)} ms`),
		});
		const { auth, tls, lookup } = options;
		const login = { digest: auth !== undefined, certificate: tls?.cert !== undefined };
		this.#wire = new Wire(
			{ address, timeoutMs: options.sessionTimeoutMs, auth, tls, lookup },
			{
				up: (timeoutMs) => this.#connected(timeoutMs),
				down: () => this.#disconnected(),
				over: (why) => this.#monitor.expire(this.#lossFault(why)),
				hopeless: (fault) => this.#monitor.expire(fault),
				refused: (demanded) =>
					this.#monitor.expire(demanded ? otherLoginDemanded(address.text, login) : loginRefused(address.text)),
			},
		);
	}

	get id(): bigint {
		return this.#wire.sessionId;
	}

	get timeoutMs(): number {
		return this.#monitor.timeoutMs;
	}

	get lost(): AbortSignal {
		return this.#monitor.lost;
	}

	get state(): SessionState {
		return this.#monitor.evaluate();
	}

	/** Why there is no connection, for messages. */
	get trouble(): string | undefined {
		return this.#wire.trouble;
	}

	validity(): Validity {
		return this.#monitor.validity();
	}

	onValidity(listener: () => void): () => void {
		return this.#monitor.onValidity(listener);
	}

	/** Resolves with the first proof that is sent from now on; rejects with the loss. */
	async prove(): Promise<void> {
		let answer = await this.#proof();
		while (NO_PROOF.includes(answer.code)) answer = await this.#proof();
	}

	/** A proof that is sent from now on: the one that begins the next connection, where there is none now. */
	async #proof(): Promise<Answer<undefined>> {
		if (!this.#wired) {
			await this.#whenUp();
			this.lost.throwIfAborted();
			if (this.#beaten !== undefined) return await this.#beaten;
		}
		return await this.#send(proof(this.chroot));
	}

	/**
	 * Sends the request at once where there is a connection (in the order of the calls), else as soon as there is one.
	 */
	ask<T>(request: Request<T>): Promise<Answer<T>> {
		return this.#wired ? this.#send(request) : this.#askLater(request);
	}

	async #askLater<T>(request: Request<T>): Promise<Answer<T>> {
		await this.#whenUp();
		return await this.#send(request);
	}

	/** Resolves once there is a connection; rejects with the loss. */
	async #whenUp(): Promise<void> {
		while (!this.#wired) {
			this.lost.throwIfAborted();
			await orAborted(this.lost, new Promise<void>((resolve) => this.#upWaiters.push(resolve)));
		}
	}

	/** See the port. The connection that follows is with another server, where there is one. */
	async leaveServer(why: string): Promise<void> {
		this.#left += 1;
		const said = `a server contradicts its leader: ${why}`;
		if (this.#left > MOST_LEFT) this.#monitor.expire(this.#lossFault(said));
		else this.#wire.cut(said);
		await sleep(LEAVE_MS, this.lost);
	}

	/** Registers work that nobody waits for; `close` waits for it, a second at most. */
	later(work: Promise<unknown>): void {
		const forget = () => void this.#later.delete(work);
		this.#later.add(work);
		work.then(forget, forget);
	}

	/** Ends the session. Never throws, and may be called again. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		const done = new AbortController();
		const late = sleep(CLOSE_MS, AbortSignal.any([done.signal, this.lost]));
		await Promise.race([Promise.allSettled(this.#later), Promise.allSettled([late])]);
		done.abort(new Error("closed"));
		// The loss comes before the close request: what is asked later is rejected, and what is repeated until answered
		// stops.
		this.#monitor.expire(this.#lossFault("the session was closed"));
		await this.#closed;
	}

	async #end(): Promise<void> {
		await this.#wire.close(CLOSE_MS);
		this.#forget();
	}

	#lossFault(why: string): Fault {
		const trouble = this.trouble === undefined ? "" : ` (${this.trouble})`;
		return new Fault("unreachable", `lost the session with ZooKeeper ${this.address}: ${why}${trouble}`);
	}

	#send<T>(request: Request<T>): Promise<Answer<T>> {
		return new Promise((resolve, reject) => {
			if (this.#monitor.isOver) return reject(this.#monitor.reason);
			const sentAt = performance.now();
			this.#wire.send(request, (answer) => {
				// A transaction's reply says it in its payload, where the wire does not look.
				if (answer.code === CODE.sessionExpired) this.#monitor.expire(this.#lossFault(EXPIRED));
				if (this.#monitor.isOver) return reject(this.#monitor.reason);
				if (request.proves && !NO_PROOF.includes(answer.code)) this.#monitor.proven(sentAt);
				resolve(answer);
			});
		});
	}

	#connected(timeoutMs: number): void {
		this.#monitor.connected(timeoutMs);
		this.#wired = true;
		if (this.#monitor.evaluate() !== "lost") this.#heartbeat.start(timeoutMs);
		const waiters = this.#upWaiters;
		this.#upWaiters = [];
		for (const up of waiters) up();
	}

	#disconnected(): void {
		this.#wired = false;
		this.#heartbeat.stop();
		this.#monitor.disconnected();
	}
}
