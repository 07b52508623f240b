import type { SessionState, Trust } from "../../locks/ports.ts";

/** Work is frozen when nothing sent within this part of the session time-out was answered. */
const FREEZE = 2 / 3;
/** Everything is lost after this part of it: the last sixth is for killing what runs, and for a server that is quicker than we are. */
const LOST = 5 / 6;

/**
 * Decides the session's state from two facts only: when the last request that was answered had been **sent**, and whether
 * there is a connection. The server counts from when it received that request, so our time is always up first.
 * All times are of one monotonic clock, in ms. Once lost, always lost, whatever is answered later.
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

	/** The time-out that the server grants, at most what was asked for or what it granted before. */
	negotiated(timeoutMs: number): void {
		this.#timeoutMs = timeoutMs;
	}

	/** A request sent at `sentAt` was answered. One that was answered too late no longer counts. */
	answered(sentAt: number): void {
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

	/** Suspended until the first answer. */
	get state(): SessionState {
		if (this.#provenAt !== undefined && this.silentMs >= this.#timeoutMs * LOST) this.#lost = true;
		if (this.#lost) return "lost";
		return this.#wired && this.silentMs < this.#timeoutMs * FREEZE ? "connected" : "suspended";
	}

	trust(): Trust {
		const since = this.#provenAt ?? this.#now();
		const held = this.state;
		const now = this.#now();
		return {
			freezeAt: held === "connected" ? since + this.#timeoutMs * FREEZE : now,
			lostAt: held === "lost" ? now : since + this.#timeoutMs * LOST,
		};
	}
}
