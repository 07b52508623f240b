import { type Keeping, KeptAnswer } from "./kept-answer.ts";
import type { Sourced } from "./look.ts";

/** An answer that took long is kept for so many times as long: an open page asks for itself again and again. */
const REST = 10;

/**
 * Answers to questions of one kind, by a key: however many ask one within `maxAgeMs`, it is asked once. The `most` that
 * were asked last are kept.
 */
export class KeptAnswers<T> {
	readonly #answers = new Map<string, KeptAnswer<T>>();
	readonly #keeping: Keeping;
	readonly #maxAgeMs: number;
	readonly #most: number;

	constructor(keeping: Keeping, { maxAgeMs, most }: { readonly maxAgeMs: number; readonly most: number }) {
		this.#keeping = keeping;
		this.#maxAgeMs = maxAgeMs;
		this.#most = most;
	}

	/** Every `ask` that is given for a key must ask the same question. */
	async fresh(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<Sourced<T>> {
		const answer = this.#answers.get(key) ?? new KeptAnswer(ask, this.#keeping);
		this.#answers.delete(key);
		this.#answers.set(key, answer);
		const [oldest] = this.#answers.keys();
		if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest);
		const restMs = answer.current.fault === undefined ? REST * answer.tookMs : 0;
		return await answer.fresh(Math.max(this.#maxAgeMs, restMs));
	}
}
