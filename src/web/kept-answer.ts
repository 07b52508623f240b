import { withDeadline } from "../base/deadline.ts";
import { Fault, isFault, messageOf } from "../base/fault.ts";
import type { MemoryKeeper } from "../base/garbage.ts";
import type { Sourced, SourceFault } from "./look.ts";

const NOTHING: Sourced<never> = { value: undefined, takenAt: undefined, fault: undefined, faultSince: undefined };

/** What a reader is told of an error. What was not foreseen may hold anything: only the log has its words. */
export function faultOfSource(error: unknown): SourceFault {
	if (isFault(error)) {
		return { message: messageOf(error), hint: error.hint, ...(error.kind === "usage" && { isReaders: true }) };
	}
	return {
		message: "unforeseen: a bug of tangles",
		hint: "the log of `tangles serve` has the message: please report it",
	};
}

/** How an answer is kept. */
export interface Keeping {
	/** A question that takes longer is a fault until its answer comes, ms. It is not asked twice at a time. */
	readonly limitMs: number;
	/** Told of an error that was not foreseen. */
	readonly unforeseen: (error: unknown) => void;
	readonly stop: AbortSignal;
	/** What an answer was read from is garbage once it is there. */
	readonly memory: Pick<MemoryKeeper, "look">;
}

/** What was asked is given up then, whatever the limit; each server's calls have shorter limits of their own. */
const GIVEN_UP_MS = 60_000;
/** After an answer that took so many limits and more, a server is left in peace for as long again. */
const SLOW = 5;

/**
 * The last answer to one question that many ask: asked once however many wait for it. Where it cannot be had, the last
 * known one stays, with what is wrong; one that comes late is taken all the same. Never throws.
 *
 *   idle --too old--> asking --answer or error--> idle
 *                        '------limit------> late (a fault; nobody waits) --answer or error--> idle
 */
export class KeptAnswer<T> {
	readonly #ask: (signal: AbortSignal) => Promise<T>;
	readonly #keeping: Keeping;
	#current: Sourced<T> = NOTHING;
	/** By `performance.now()`, ms. */
	#askedAt = Number.NEGATIVE_INFINITY;
	#tookMs = 0;
	/** Ends with the answer, or at the limit; it stays until the answer has come. */
	#asking: Promise<void> | undefined;

	constructor(ask: (signal: AbortSignal) => Promise<T>, keeping: Keeping) {
		this.#ask = ask;
		this.#keeping = keeping;
	}

	get current(): Sourced<T> {
		return this.#current;
	}

	/** How long the last question took, ms; 0 before the first. */
	get tookMs(): number {
		return this.#tookMs;
	}

	/** An answer of at most that age; one with a fault where it cannot be had in time, or could not be a moment ago. */
	async fresh(maxAgeMs: number): Promise<Sourced<T>> {
		const age = performance.now() - this.#askedAt;
		const restMs = this.#tookMs > SLOW * this.#keeping.limitMs ? 2 * this.#tookMs : 0;
		if (this.#asking === undefined && age < Math.max(maxAgeMs, restMs)) return this.#current;
		this.#asking ??= this.#once();
		// While a server is away, whoever asks is told at once: it was asked a moment ago, and is asked again.
		if (this.#current.fault === undefined || age > 2 * maxAgeMs + this.#keeping.limitMs) await this.#asking;
		return this.#current;
	}

	async #once(): Promise<void> {
		const { limitMs, stop } = this.#keeping;
		this.#askedAt = performance.now();
		// Not by AbortSignal.any: what is asked for months must leave nothing at the one signal that lasts as long.
		const givenUp = new AbortController();
		const stopped = () => givenUp.abort(stop.reason);
		const tooLong = () => givenUp.abort(new Fault("unreachable", `no answer within ${GIVEN_UP_MS / 1000} s`));
		const timer = setTimeout(tooLong, GIVEN_UP_MS);
		stop.addEventListener("abort", stopped);
		const answer = this.#settle(givenUp.signal).finally(() => {
			clearTimeout(timer);
			stop.removeEventListener("abort", stopped);
			this.#tookMs = performance.now() - this.#askedAt;
			this.#asking = undefined;
		});
		const late = () => new Fault("unreachable", `no answer within ${limitMs / 1000} s`);
		await withDeadline(limitMs, answer, late).catch((error: unknown) => this.#failed(error));
	}

	/** Never rejects. */
	async #settle(signal: AbortSignal): Promise<void> {
		try {
			const value = await this.#ask(signal);
			this.#current = { value, takenAt: new Date(), fault: undefined, faultSince: undefined };
		} catch (error) {
			if (!isFault(error) && !this.#keeping.stop.aborted) this.#keeping.unforeseen(error);
			this.#failed(error);
		}
		this.#keeping.memory.look();
	}

	#failed(error: unknown): void {
		const { value, takenAt, faultSince = new Date() } = this.#current;
		this.#current = { value, takenAt, fault: faultOfSource(error), faultSince };
	}
}
