import type { Schedule } from "../../src/locks/in-memory.ts";

/** A generator of numbers in [0, 1) from a seed: mulberry32. */
export function randomFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/**
 * Interleaves the steps of several sessions at random, from a seed: the steps of one session keep their order, and each
 * step's consequences are carried out before the next is chosen.
 */
export class Interleaving {
	readonly random: () => number;
	readonly #queues = new Map<bigint, (() => void)[]>();

	constructor(seed: number) {
		this.random = randomFrom(seed);
	}

	readonly schedule: Schedule = (session, step) => {
		const queue = this.#queues.get(session);
		if (queue === undefined) this.#queues.set(session, [step]);
		else queue.push(step);
	};

	/** One of the items, at random. */
	pick<T>(items: readonly T[]): T {
		const item = items[Math.floor(this.random() * items.length)];
		if (item === undefined) throw new RangeError("nothing to pick from");
		return item;
	}

	/**
	 * Runs steps until `done` says so, with `between` before each. Where no step is left, `wake` is to bring one about;
	 * throws where it cannot: somebody waits for ever.
	 */
	async run(done: () => boolean, between = () => {}, wake = () => {}): Promise<void> {
		while (!done()) {
			between();
			let ready = this.#ready();
			if (ready.length === 0) {
				wake();
				ready = this.#ready();
			}
			if (ready.length === 0) throw new Error("no step is left, and somebody still waits");
			this.pick(ready).shift()?.();
			await new Promise<void>((resolve) => setImmediate(resolve));
		}
	}

	#ready(): (() => void)[][] {
		return [...this.#queues.values()].filter((queue) => queue.length > 0);
	}
}
