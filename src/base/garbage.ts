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

/** Memory that has come since the last collection, bytes, at which the next is worth its time. */
const MOST_GROWTH = 6e6;

/**
 * Collects garbage wherever resident memory has grown by some megabytes since the last time: for a process that runs for
 * months, of whose work nobody can say how much garbage it makes.
 */
export class MemoryKeeper {
	/** The least that was seen since the last collection: freed memory goes back to the system a moment later. */
	#least = Number.POSITIVE_INFINITY;

	/** To be called where a piece of work has ended; takes microseconds where there is nothing to collect. */
	look(): void {
		const now = process.memoryUsage.rss();
		this.#least = Math.min(this.#least, now);
		if (now - this.#least < MOST_GROWTH) return;
		Bun.gc(true);
		this.#least = process.memoryUsage.rss();
	}
}
