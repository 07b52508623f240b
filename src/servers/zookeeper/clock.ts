import type { SessionState, Validity } from "../../locks/ports.ts";

/** Work is frozen once the last proof of the session was sent this part of its time-out ago. */
const FREEZE = 2 / 3;
/**
 * The session is given up after this part of its time-out. The leader counts from the last sign of life that a follower
 * has passed on, which may be half a tick before our proof, and a tick is half of the time-out at most: the leader
 * keeps the session for at least 3/4 of the time-out after the proof was sent. The 24th in between is the time to kill
 * the work.
 */
const LOST = 17 / 24;

/**
 * Decides the session's state from two facts only: when the last proof of it was **sent** (README.md, "What proves a
 * session"), and whether there is a connection. All times are of one monotonic clock, in ms. Once lost, always lost:
 * later answers change nothing.
 */
export class SessionClock {
	readonly #now: () => number;
	#timeoutMs: number;
	#provenAt: number | undefined;
	#wired = false;
	#lost = false;

	constructor(timeoutMs: number, now: () => number) {
		this.#timeoutMs = timeoutMs;
		this.#now = now;
	}

	/** The server grants this time-out, in ms. */
	negotiated(timeoutMs: number): void {
		this.#timeoutMs = timeoutMs;
	}

	/** A proof sent at `sentAt` was answered. An answer after the loss changes nothing. */
	proven(sentAt: number): void {
		if (this.state === "lost") return;
		this.#provenAt = Math.max(this.#provenAt ?? sentAt, sentAt);
		this.#wired = true;
	}

	disconnected(): void {
		this.#wired = false;
	}

	expired(): void {
		this.#lost = true;
	}

	/** Age of the last proof in ms; 0 before the first. */
	get silentMs(): number {
		return this.#provenAt === undefined ? 0 : this.#now() - this.#provenAt;
	}

	/** Suspended until the first proof. */
	get state(): SessionState {
		if (this.#provenAt !== undefined && this.silentMs >= this.#timeoutMs * LOST) this.#lost = true;
		if (this.#lost) return "lost";
		return this.#wired && this.silentMs < this.#timeoutMs * FREEZE ? "connected" : "suspended";
	}

	validity(): Validity {
		const since = this.#provenAt ?? this.#now();
		const held = this.state;
		const now = this.#now();
		return {
			freezeAt: held === "connected" ? since + this.#timeoutMs * FREEZE : now,
			expiresAt: held === "lost" ? now : since + this.#timeoutMs * LOST,
		};
	}
}
