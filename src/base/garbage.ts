/**
 * Collects garbage in the course of long work, after every so many things that made some. The engine by itself decides
 * by the memory of the host, not by what the run needs, and lets garbage grow to several times what is in use.
 */
export class GarbageCollector {
	readonly #every: number;
	#made = 0;

	constructor(every: number) {
		this.#every = every;
	}

	/** `count` more things have become garbage, or will. */
	made(count: number): void {
		this.#made += count;
		if (this.#made < this.#every) return;
		this.#made = 0;
		Bun.gc(true);
	}
}
