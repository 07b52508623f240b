/** Random numbers that follow from a seed, so that a failed sequence can be run again. */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** From 0 up to, not including, 1. By mulberry32, https://github.com/cprosche/mulberry32. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number from 0 up to, not including, `count`. */
	below(count: number): number {
		return Math.floor(this.next() * count);
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	/** An ObjectId that sorts anywhere. */
	id(): string {
		const digits = () =>
			this.below(2 ** 32)
				.toString(16)
				.padStart(8, "0");
		return digits() + digits() + digits();
	}

	of<T>(values: readonly T[]): T | undefined {
		return values[this.below(values.length)];
	}

	/** The same values in another order. Fisher and Yates. */
	shuffled<T>(values: readonly T[]): T[] {
		const left = [...values];
		return values.flatMap(() => left.splice(this.below(left.length), 1));
	}
}
