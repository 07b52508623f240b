/** Work of which so many pieces go on at a time; further ones wait for their turn, in the order in which they came. */
export class Turns {
	readonly #most: number;
	readonly #waiting: (() => void)[] = [];
	#busy = 0;

	constructor(most: number) {
		this.#most = most;
	}

	async take<T>(work: () => Promise<T>): Promise<T> {
		// Whoever ends hands its place over: nobody who comes meanwhile can take it.
		if (this.#busy >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		else this.#busy += 1;
		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();
			if (next === undefined) this.#busy -= 1;
			else next();
		}
	}
}
