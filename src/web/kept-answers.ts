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

/** Answers to questions of one kind, by a key. */
export class KeptAnswers<T> {
	readonly #answers = new Map<string, KeptAnswer<T>>();
	readonly #keeping: Keeping;
	readonly #for: KeptFor<T>;

	constructor(keeping: Keeping, keptFor: KeptFor<T>) {
		this.#keeping = keeping;
		this.#for = keptFor;
	}

	/** At most `maxAgeMs` old. Every `ask` that is given for a key must ask the same question. */
	async fresh(
		key: string,
		ask: (signal: AbortSignal) => Promise<T>,
		maxAgeMs = this.#for.maxAgeMs,
	): Promise<Sourced<T>> {
		const answer = this.#answers.get(key) ?? new KeptAnswer(ask, this.#keeping);
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
