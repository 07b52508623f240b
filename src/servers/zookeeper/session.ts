import { orAborted, sleep } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import { noteOpen } from "../../base/open.ts";
import type { Secret } from "../../base/secret.ts";
import type { SessionState, Validity } from "../../locks/ports.ts";
import { readAddress } from "./address.ts";
import { SessionClock } from "./clock.ts";
import { CODE } from "./codes.ts";
import { type Answer, proof, type Request } from "./protocol.ts";
import { Wire } from "./wire.ts";

/** How long the close request may take; the session's time-out ends what it does not. */
const CLOSE_MS = 1000;
/** Answers to a transaction that say nothing for the session. */
const NO_PROOF: readonly number[] = [CODE.connectionLoss, CODE.sessionExpired, CODE.sessionMoved];

export interface SessionOptions {
	readonly connect: string;
	readonly sessionTimeoutMs: number;
	readonly auth?: Secret | undefined;
}

/**
 * One session with the ensemble: its connection, its heartbeat, and its state by our own clock. The connection may come and
 * go; the session is over when the server or the clock says so, and then for good.
 */
export class LiveSession {
	readonly address: string;
	readonly chroot: string;
	readonly #wire: Wire;
	readonly #clock: SessionClock;
	readonly #lost = new AbortController();
	readonly #listeners = new Set<() => void>();
	readonly #forget: () => void;
	#upWaiters: (() => void)[] = [];
	#wired = false;
	#shown: SessionState = "suspended";
	/** The freezeAt that listeners know of. */
	#toldUntil = 0;
	/** When the proof was sent after which the state was evaluated last. */
	#evaluatedAt = 0;
	#timeoutMs: number;
	#beat: ReturnType<typeof setTimeout> | undefined;
	#check: ReturnType<typeof setTimeout> | undefined;
	/** What nobody waits for. */
	readonly #later = new Set<Promise<unknown>>();
	#closing: Promise<void> | undefined;
	/** The end of the wire, from the session's loss on. */
	#closed: Promise<void> = Promise.resolve();

	constructor(options: SessionOptions) {
		const address = readAddress(options.connect);
		this.address = address.text;
		this.chroot = address.chroot;
		this.#timeoutMs = options.sessionTimeoutMs;
		this.#clock = new SessionClock(options.sessionTimeoutMs, () => performance.now());
		this.#forget = noteOpen(`ZooKeeper session with ${this.address}`);
		this.#wire = new Wire(address, options.sessionTimeoutMs, options.auth, {
			up: (timeoutMs) => this.#connected(timeoutMs),
			down: () => this.#disconnected(),
			over: (why) => this.#expire(this.#fault(why)),
			refused: () =>
				this.#expire(
					new Fault("refused", `ZooKeeper ${this.address} refuses the login`, {
						hint: "check zookeeper-connection-info.auth-file (user:password)",
					}),
				),
		});
	}

	get id(): bigint {
		return this.#wire.sessionId;
	}

	get timeoutMs(): number {
		return this.#timeoutMs;
	}

	get lost(): AbortSignal {
		this.#evaluate();
		return this.#lost.signal;
	}

	get state(): SessionState {
		return this.#evaluate();
	}

	/** Why there is no connection, for messages. */
	get trouble(): string | undefined {
		return this.#wire.trouble;
	}

	validity(): Validity {
		return this.#clock.validity();
	}

	onValidity(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Resolves with the first proof that is sent from now on; rejects with the loss. */
	async prove(): Promise<void> {
		let answer = await this.ask(proof(this.chroot));
		while (NO_PROOF.includes(answer.code)) answer = await this.ask(proof(this.chroot));
	}

	/** Sends at once where there is a connection (in the order of the calls), else as soon as there is one. */
	ask<T>(request: Request<T>): Promise<Answer<T>> {
		return this.#wired ? this.#fly(request) : this.#askLater(request);
	}

	async #askLater<T>(request: Request<T>): Promise<Answer<T>> {
		while (!this.#wired) {
			this.lost.throwIfAborted();
			await orAborted(this.lost, new Promise<void>((resolve) => this.#upWaiters.push(resolve)));
		}
		return await this.#fly(request);
	}

	/** Takes note of work that nobody waits for; `close` does. */
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
		const late = sleep(CLOSE_MS, AbortSignal.any([done.signal, this.#lost.signal]));
		await Promise.race([Promise.allSettled(this.#later), Promise.allSettled([late])]);
		done.abort(new Error("closed"));
		// Lost first: what is asked from then on fails, and what is repeated until it is answered lets go.
		this.#expire(this.#fault("the session was closed"));
		await this.#closed;
	}

	async #end(): Promise<void> {
		await this.#wire.close(CLOSE_MS);
		this.#forget();
	}

	#fault(why: string): Fault {
		const trouble = this.trouble === undefined ? "" : ` (${this.trouble})`;
		return new Fault("unreachable", `lost the session with ZooKeeper ${this.address}: ${why}${trouble}`);
	}

	#fly<T>(request: Request<T>): Promise<Answer<T>> {
		return new Promise((resolve, reject) => {
			if (this.#lost.signal.aborted) return reject(this.#lost.signal.reason);
			const sentAt = performance.now();
			this.#wire.send(request, (answer) => {
				if (this.#lost.signal.aborted) return reject(this.#lost.signal.reason);
				if (request.proves && !NO_PROOF.includes(answer.code)) this.#proven(sentAt);
				resolve(answer);
			});
		});
	}

	/** A transaction sent at `sentAt` was answered, so that the session lived after that. */
	#proven(sentAt: number): void {
		this.#clock.proven(sentAt);
		// Re-evaluates at most every timeout/60: answers arrive in bursts.
		if (this.#shown === "connected" && sentAt <= this.#evaluatedAt + this.#timeoutMs / 60) return;
		this.#evaluatedAt = sentAt;
		this.#evaluate();
	}

	#connected(timeoutMs: number): void {
		this.#timeoutMs = timeoutMs;
		this.#clock.negotiated(timeoutMs);
		clearTimeout(this.#check);
		this.#check = undefined;
		this.#wired = true;
		// Until the first proof the state is suspended.
		this.#heartbeat();
		const waiters = this.#upWaiters;
		this.#upWaiters = [];
		for (const up of waiters) up();
	}

	#disconnected(): void {
		this.#wired = false;
		clearTimeout(this.#beat);
		this.#clock.disconnected();
		this.#evaluate();
	}

	/** A proof every sixth of the time-out. One that waits a third for its answer breaks the connection, so that another server is tried in time. */
	#heartbeat(): void {
		clearTimeout(this.#beat);
		if (this.#evaluate() === "lost" || !this.#wired) return;
		let answered = false;
		const ended = () => {
			answered = true;
			clearTimeout(patience);
		};
		void this.#fly(proof(this.chroot)).then(ended, ended);
		const patience = setTimeout(() => {
			if (!answered && this.#wired) this.#wire.cut(`no answer within ${Math.round(this.#timeoutMs / 3)} ms`);
		}, this.#timeoutMs / 3);
		this.#beat = setTimeout(() => this.#heartbeat(), this.#timeoutMs / 6);
	}

	#expire(reason: Fault): void {
		this.#clock.expired();
		if (this.#lost.signal.aborted) return;
		this.#lost.abort(reason);
		this.#closed = this.#end();
		this.#show("lost");
		clearTimeout(this.#beat);
		clearTimeout(this.#check);
	}

	/** The state now; everything that follows from a change happens before this returns. */
	#evaluate(): SessionState {
		const state = this.#lost.signal.aborted ? "lost" : this.#clock.state;
		if (state === "lost") {
			this.#expire(this.#fault(`no proof of it for ${Math.round(this.#clock.silentMs)} ms`));
			return state;
		}
		this.#show(state);
		this.#arm(state);
		return state;
	}

	/** One timer for the next change that time alone brings. Answers only put it off, so that it may ring too early, never too late. */
	#arm(state: SessionState): void {
		if (this.#check !== undefined) return;
		const { freezeAt, expiresAt } = this.#clock.validity();
		const next = state === "connected" ? freezeAt : expiresAt;
		const ring = () => {
			this.#check = undefined;
			this.#evaluate();
		};
		this.#check = setTimeout(ring, Math.max(1, Math.ceil(next - performance.now())));
	}

	/** Tells the listeners of a new state, and of trust that was prolonged by more than a trifle. */
	#show(state: SessionState): void {
		const until = state === "connected" ? this.#clock.validity().freezeAt : 0;
		if (state === this.#shown && until - this.#toldUntil < this.#timeoutMs / 30) return;
		if (state !== this.#shown) {
			clearTimeout(this.#check);
			this.#check = undefined;
		}
		this.#shown = state;
		this.#toldUntil = until;
		for (const listener of [...this.#listeners]) listener();
	}
}
