import { unlessAborted } from "../base/deadline.ts";
import { Fault } from "../base/fault.ts";
import { noteOpen } from "../base/open.ts";
import type { Secret } from "../config/secret.ts";
import type { SessionState, Trust } from "../locks/ports.ts";
import { readAddress } from "./address.ts";
import type { Wire } from "./client.ts";
import { createWire } from "./client.ts";
import { SessionClock } from "./clock.ts";
import { CODE, codeOf } from "./codes.ts";

/** How long the close request may take; the session's time-out ends what it does not. */
const CLOSE_MS = 1000;

/** An answer of the server, or `connectionLoss` for a request whose fate is unknown. */
export type Answer<T> = { readonly code: 0; readonly value: T } | { readonly code: number; readonly value?: undefined };
export type Send<T> = (client: Wire["client"], done: (error: unknown, value: T) => void) => void;

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
	readonly #listeners = new Set<(state: SessionState) => void>();
	/** Requests without an answer: how to tell them that the connection broke. */
	readonly #flying = new Set<() => void>();
	readonly #forget: () => void;
	#upWaiters: (() => void)[] = [];
	#wired = false;
	#shown: SessionState = "suspended";
	#timeoutMs: number;
	#beat: ReturnType<typeof setTimeout> | undefined;
	#check: ReturnType<typeof setTimeout> | undefined;
	#closing: Promise<void> | undefined;

	constructor(options: SessionOptions) {
		const address = readAddress(options.connect);
		this.address = address.text;
		this.chroot = address.chroot;
		this.#timeoutMs = options.sessionTimeoutMs;
		this.#clock = new SessionClock(options.sessionTimeoutMs, () => performance.now());
		this.#wire = createWire(address, options.sessionTimeoutMs, options.auth);
		this.#forget = noteOpen(`ZooKeeper session with ${this.address}`);
		const { client } = this.#wire;
		client.on("connected", () => this.#connected());
		client.on("disconnected", () => this.#disconnected());
		client.on("expired", () => this.#expire(this.#fault("the server has ended the session")));
		client.on("authenticationFailed", () =>
			this.#expire(
				new Fault("refused", `ZooKeeper ${this.address} refuses the login`, {
					mend: "check zookeeper-connection-info.auth-file (user:password)",
				}),
			),
		);
		client.connect();
	}

	get id(): bigint {
		return this.#wire.client.getSessionId().readBigInt64BE();
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
		return this.#wire.trouble();
	}

	trust(): Trust {
		return this.#clock.trust();
	}

	onState(listener: (state: SessionState) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Sends at once where there is a connection (in the order of the calls), else as soon as there is one. */
	async ask<T>(send: Send<T>): Promise<Answer<T>> {
		while (!this.#wired) {
			this.lost.throwIfAborted();
			await unlessAborted(this.lost, new Promise<void>((resolve) => this.#upWaiters.push(resolve)));
		}
		return await unlessAborted(this.lost, this.#fly(send));
	}

	/** Ends the session. Never throws, and may be called again. */
	close(): Promise<void> {
		this.#closing ??= (async () => {
			clearTimeout(this.#beat);
			await this.#wire.close(CLOSE_MS);
			this.#expire(this.#fault("the session was closed"));
			this.#forget();
		})();
		return this.#closing;
	}

	#fault(why: string): Fault {
		const trouble = this.trouble === undefined ? "" : ` (${this.trouble})`;
		return new Fault("unreachable", `lost the session with ZooKeeper ${this.address}: ${why}${trouble}`);
	}

	#fly<T>(send: Send<T>): Promise<Answer<T>> {
		return new Promise((resolve, reject) => {
			const sentAt = performance.now();
			const broken = () => resolve({ code: CODE.connectionLoss });
			this.#flying.add(broken);
			const done = (error: unknown, value: T) => {
				this.#flying.delete(broken);
				let code: number;
				try {
					code = codeOf(error);
				} catch (unknown) {
					return reject(unknown);
				}
				// The library's own codes stand for no answer; all others prove that the server heard us.
				if (code !== CODE.connectionLoss && code !== CODE.sessionExpired && code !== CODE.authFailed) {
					this.#clock.answered(sentAt);
					this.#evaluate();
				}
				if (code === CODE.ok) resolve({ code, value });
				else resolve({ code: code === CODE.sessionExpired ? CODE.connectionLoss : code });
			};
			send(this.#wire.client, done);
		});
	}

	#connected(): void {
		if (this.#lost.signal.aborted) return;
		this.#timeoutMs = this.#wire.client.getSessionTimeout();
		this.#clock.negotiated(this.#timeoutMs);
		this.#wired = true;
		// The first answered request is what proves the connection; until then the state is suspended.
		this.#heartbeat();
		const waiters = this.#upWaiters;
		this.#upWaiters = [];
		for (const up of waiters) up();
	}

	#disconnected(): void {
		this.#wired = false;
		clearTimeout(this.#beat);
		this.#clock.disconnected();
		for (const broken of this.#flying) broken();
		this.#flying.clear();
		this.#evaluate();
	}

	/** A request every sixth of the time-out. One that waits a third for its answer breaks the connection, so that another server is tried in time. */
	#heartbeat(): void {
		clearTimeout(this.#beat);
		if (this.#evaluate() === "lost" || !this.#wired) return;
		let answered = false;
		void this.#fly<unknown>((client, done) => client.exists("/", undefined, done)).then(() => {
			answered = true;
			clearTimeout(patience);
		});
		const patience = setTimeout(() => {
			if (!answered && this.#wired) this.#wire.cut(`no answer within ${Math.round(this.#timeoutMs / 3)} ms`);
		}, this.#timeoutMs / 3);
		this.#beat = setTimeout(() => this.#heartbeat(), this.#timeoutMs / 6);
	}

	#expire(reason: Fault): void {
		this.#clock.expired();
		if (this.#lost.signal.aborted) return;
		this.#lost.abort(reason);
		this.#show("lost");
		clearTimeout(this.#beat);
		clearTimeout(this.#check);
		void this.close();
	}

	/** The state now; everything that follows from a change happens before this returns. */
	#evaluate(): SessionState {
		const state = this.#lost.signal.aborted ? "lost" : this.#clock.state;
		if (state === "lost") {
			this.#expire(this.#fault(`nothing sent was answered for ${Math.round(this.#clock.silentMs)} ms`));
			return state;
		}
		this.#show(state);
		const { freezeAt, lostAt } = this.#clock.trust();
		clearTimeout(this.#check);
		const next = state === "connected" ? freezeAt : lostAt;
		this.#check = setTimeout(() => this.#evaluate(), Math.max(1, Math.ceil(next - performance.now())));
		return state;
	}

	#show(state: SessionState): void {
		if (state === this.#shown) return;
		this.#shown = state;
		for (const listener of [...this.#listeners]) listener(state);
	}
}
