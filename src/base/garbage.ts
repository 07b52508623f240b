import { edenGC } from "bun:jsc";

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

/** A young collection leaves what died after it had once survived: after so many the next is a whole one. */
const WHOLE_EVERY = 10;
/** Resident memory that has come since the last whole collection, bytes, at which the next is worth its time. */
const MOST_GROWTH = 6e6;

/**
 * Collects garbage after each piece of work: for a process that runs for months, of whose work nobody can say how much
 * garbage it makes. The young garbage of the piece goes at once, in a millisecond or two: the allocator gives back only
 * pages of memory without any live object, and what is made meanwhile would lie between the garbage. All of it goes every
 * tenth time, and where resident memory has grown by some megabytes.
 */
export class MemoryKeeper {
	/** The least that was seen since the last whole collection: freed memory goes back to the system a moment later. */
	#least = Number.POSITIVE_INFINITY;
	#looks = 0;

	/** A piece of work has ended that left garbage. */
	look(): void {
		edenGC();
		this.#looks += 1;
		const now = process.memoryUsage.rss();
		this.#least = Math.min(this.#least, now);
		if (this.#looks < WHOLE_EVERY && now - this.#least < MOST_GROWTH) return;
		Bun.gc(true);
		this.#looks = 0;
		this.#least = process.memoryUsage.rss();
	}
}
