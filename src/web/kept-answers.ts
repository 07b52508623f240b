import { type Keeping, KeptAnswer } from "./kept-answer.ts";
import type { Sourced } from "./look.ts";

/** An answer that took long is kept for so many times as long: an open page asks for itself again and again. */
const REST = 10;

/** Which answers are kept, and for how long. */
export interface KeptFor<T> {
	/** However many ask one question within so long, it is asked once, ms. */
	readonly maxAgeMs: number;
	/** So much is kept of what was asked last, by `sizeOf`. */
	readonly most: number;
	/** How much of `most` an answer takes, undefined where it is not there yet; 1 where no function is given. */
	readonly sizeOf?: (value: T | undefined) => number;
}

/** Answers to questions of one kind. */
export class KeptAnswers<Q, T> {
	readonly #answers = new Map<string, KeptAnswer<T>>();
	readonly #ask: (question: Q, signal: AbortSignal) => Promise<T>;
	readonly #keeping: Keeping;
	readonly #for: KeptFor<T>;

	/** `ask` is called again and again for one question: what changes meanwhile it must ask for itself. */
	constructor(ask: (question: Q, signal: AbortSignal) => Promise<T>, keeping: Keeping, keptFor: KeptFor<T>) {
		this.#ask = ask;
		this.#keeping = keeping;
		this.#for = keptFor;
	}

	/** At most `maxAgeMs` old. Questions are the same where they are so as JSON. */
	async fresh(question: Q, maxAgeMs = this.#for.maxAgeMs): Promise<Sourced<T>> {
		const key = JSON.stringify(question);
		const answer = this.#answers.get(key) ?? new KeptAnswer((signal) => this.#ask(question, signal), this.#keeping);
		this.#answers.delete(key);
		this.#answers.set(key, answer);
		this.#dropOldest();
		const restMs = answer.current.fault === undefined ? REST * answer.tookMs : 0;
		return await answer.fresh(Math.max(maxAgeMs, restMs));
	}

	/** What was asked before all that may be kept; the last stays, whatever its size. */
	#dropOldest(): void {
		const { most, sizeOf = () => 1 } = this.#for;
		let size = 0;
		for (const [at, [key, { current }]] of [...this.#answers].toReversed().entries()) {
			size += sizeOf(current.value);
			if (at > 0 && size > most) this.#answers.delete(key);
		}
	}
}
