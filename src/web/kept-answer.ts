import { withDeadline } from "../base/deadline.ts";
import { Fault, isFault, messageOf } from "../base/fault.ts";
import type { Sourced, SourceFault } from "./look.ts";

const NOTHING: Sourced<never> = { value: undefined, takenAt: undefined, fault: undefined, faultSince: undefined };

/** What a reader is told of an error. What was not foreseen may hold anything: only the log has its words. */
export function faultOfSource(error: unknown): SourceFault {
	if (isFault(error)) return { message: messageOf(error), hint: error.hint };
	return {
		message: "unforeseen: a bug of tangles",
		hint: "the log of `tangles serve` has the message: please report it",
	};
}

/** How an answer is kept. */
export interface Keeping {
	/** An answer that takes longer is a fault, ms. What was asked ends by itself: it is not asked twice at a time. */
	readonly limitMs: number;
	/** Told of an error that was not foreseen. */
	readonly unforeseen: (error: unknown) => void;
	readonly stop: AbortSignal;
}

/**
 * The last answer to one question that many ask: asked once however many wait for it. Where it cannot be had, the last
 * known one stays, with what is wrong. Never throws.
 *
 *   unasked --ask--> asking --answer--> known --ask--> asking
 *                      '-----fault----> known, with a fault; nobody waits for the next answer until one came
 */
export class KeptAnswer<T> {
	readonly #ask: (signal: AbortSignal) => Promise<T>;
	readonly #keeping: Keeping;
	#current: Sourced<T> = NOTHING;
	/** By `performance.now()`, ms. */
	#askedAt = Number.NEGATIVE_INFINITY;
	/** The question under way, up to its limit. */
	#waiting: Promise<void> | undefined;
	/** True until what was asked has ended, which may be after its limit. */
	#busy = false;

	constructor(ask: (signal: AbortSignal) => Promise<T>, keeping: Keeping) {
		this.#ask = ask;
		this.#keeping = keeping;
	}

	get current(): Sourced<T> {
		return this.#current;
	}

	/** An answer of at most that age; one with a fault where it cannot be had in time, or could not be a moment ago. */
	async fresh(maxAgeMs: number): Promise<Sourced<T>> {
		const age = performance.now() - this.#askedAt;
		if (this.#waiting === undefined && age < maxAgeMs) return this.#current;
		const asked = this.#asked();
		// While a server is away, whoever asks is told at once: it was asked a moment ago, and is asked again.
		if (this.#current.fault === undefined || age > 2 * maxAgeMs + this.#keeping.limitMs) await asked;
		return this.#current;
	}

	#asked(): Promise<void> {
		this.#waiting ??= this.#once().finally(() => {
			this.#waiting = undefined;
		});
		return this.#waiting;
	}

	async #once(): Promise<void> {
		const { limitMs, stop, unforeseen } = this.#keeping;
		this.#askedAt = performance.now();
		const ended = new AbortController();
		try {
			if (this.#busy) throw new Fault("unreachable", "the last question is still not answered");
			this.#busy = true;
			const answer = this.#ask(AbortSignal.any([stop, ended.signal])).finally(() => {
				this.#busy = false;
			});
			const late = () => new Fault("unreachable", `no answer within ${limitMs / 1000} s`);
			const value = await withDeadline(limitMs, answer, late);
			this.#current = { value, takenAt: new Date(), fault: undefined, faultSince: undefined };
		} catch (error) {
			if (!isFault(error) && !stop.aborted) unforeseen(error);
			const { value, takenAt, faultSince = new Date() } = this.#current;
			this.#current = { value, takenAt, fault: faultOfSource(error), faultSince };
		} finally {
			ended.abort(new Fault("unreachable", "nobody waits for the answer any more"));
		}
	}
}
