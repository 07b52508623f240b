import type { Fault } from "../../base/fault.ts";
import type { SessionState, Validity } from "../../locks/ports.ts";
import { SessionClock } from "./clock.ts";

interface MonitorOptions {
	readonly timeoutMs: number;
	/** The fault for a loss of the session, with its reason. */
	readonly lossFault: (why: string) => Fault;
	/** Called once, when the session is lost, before the listeners. */
	readonly lost: () => void;
}

/**
 * The state of a session as its users see it: evaluates the clock after each event, when the state is asked for, and
 * when time alone changes the state; calls the listeners.
 *
 *    suspended --proof answered--> connected
 *        |     <--connection ended, or 2/3 of the time-out without a proof--  |
 *        +--------------------------------------------------------------------+
 *        |
 *        +-- 17/24 of the time-out without a proof, or expire() --> lost
 */
export class SessionMonitor {
	readonly #options: MonitorOptions;
	readonly #clock: SessionClock;
	readonly #lost = new AbortController();
	readonly #listeners = new Set<() => void>();
	#timeoutMs: number;
	/** The state that the listeners know. */
	#shown: SessionState = "suspended";
	/** The `freezeAt` that the listeners know. */
	#shownFreezeAt = 0;
	/** When the newest proof was sent that led to an evaluation. */
	#evaluatedProof = 0;
	#alarm: ReturnType<typeof setTimeout> | undefined;

	constructor(options: MonitorOptions) {
		this.#options = options;
		this.#timeoutMs = options.timeoutMs;
		this.#clock = new SessionClock(options.timeoutMs, () => performance.now());
	}

	/** The session time-out that the server has granted last, ms; before that the one asked for. */
	get timeoutMs(): number {
		return this.#timeoutMs;
	}

	get lost(): AbortSignal {
		this.evaluate();
		return this.#lost.signal;
	}

	/** True once the session is known to be lost. Unlike `lost` it does not evaluate the clock. */
	get isOver(): boolean {
		return this.#lost.signal.aborted;
	}

	/** Why the session is lost; undefined before. */
	get reason(): unknown {
		return this.#lost.signal.reason;
	}

	validity(): Validity {
		return this.#clock.validity();
	}

	/**
	 * Calls back when the state has changed, or `freezeAt` has moved by more than a thirtieth of the time-out. Returns
	 * the function that ends it.
	 */
	onValidity(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** There is a connection. The state stays suspended until the first proof. */
	connected(timeoutMs: number): void {
		this.#timeoutMs = timeoutMs;
		this.#clock.negotiated(timeoutMs);
		this.#disarm();
	}

	disconnected(): void {
		this.#clock.disconnected();
		this.evaluate();
	}

	/** A transaction sent at `sentAt` was answered: the session was alive after that. */
	proven(sentAt: number): void {
		this.#clock.proven(sentAt);
		// Re-evaluates at most every timeout/60: answers arrive in bursts.
		if (this.#shown === "connected" && sentAt <= this.#evaluatedProof + this.#timeoutMs / 60) return;
		this.#evaluatedProof = sentAt;
		this.evaluate();
	}

	/** Ends the session for good. */
	expire(reason: Fault): void {
		this.#clock.expired();
		if (this.#lost.signal.aborted) return;
		this.#lost.abort(reason);
		this.#options.lost();
		this.#show("lost");
		this.#disarm();
	}

	/** The state now. Everything that follows from a change happens before this returns. */
	evaluate(): SessionState {
		const state = this.#lost.signal.aborted ? "lost" : this.#clock.state;
		if (state === "lost") {
			this.expire(this.#options.lossFault(`no proof of it for ${Math.round(this.#clock.silentMs)} ms`));
			return state;
		}
		this.#show(state);
		this.#arm(state);
		return state;
	}

	/**
	 * One timer for the next change that time alone brings. Proofs only postpone the change, so that the timer is never
	 * late.
	 */
	#arm(state: SessionState): void {
		if (this.#alarm !== undefined) return;
		const { freezeAt, expiresAt } = this.#clock.validity();
		const next = state === "connected" ? freezeAt : expiresAt;
		const ring = () => {
			this.#alarm = undefined;
			this.evaluate();
		};
		this.#alarm = setTimeout(ring, Math.max(1, Math.ceil(next - performance.now())));
	}

	#disarm(): void {
		clearTimeout(this.#alarm);
		this.#alarm = undefined;
	}

	#show(state: SessionState): void {
		const freezeAt = state === "connected" ? this.#clock.validity().freezeAt : 0;
		if (state === this.#shown && freezeAt - this.#shownFreezeAt < this.#timeoutMs / 30) return;
		if (state !== this.#shown) this.#disarm();
		this.#shown = state;
		this.#shownFreezeAt = freezeAt;
		for (const listener of [...this.#listeners]) listener();
	}
}
