/** Long work holds the event loop for this time at most, ms; heartbeats and timers run in between. */
const SLICE_MS = 5;

/**
 * Shares the event loop between timers, sockets, and long work that is done bit by bit. All tasks of one `TimeSlice`
 * together hold the loop for at most SLICE_MS a turn, plus the bit that was begun: each awaits `turn()` before a bit.
 * They go on in the order in which they asked.
 */
export class TimeSlice {
	#until = 0;
	#scheduled = false;
	readonly #waiting: (() => void)[] = [];

	/** Resolves when the caller may do its next bit of work: at once, or in a later turn of the event loop. */
	async turn(): Promise<void> {
		const timeLeft = performance.now() < this.#until;
		if (timeLeft && this.#waiting.length === 0) return;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#waiting.push(resolve);
		this.#schedule();
		if (timeLeft) this.#waiting.shift()?.();
		await promise;
	}

	/** The next slice, while somebody waits for it. */
	#schedule(): void {
		if (this.#scheduled || this.#waiting.length === 0) return;
		this.#scheduled = true;
		setImmediate(() => {
			this.#scheduled = false;
			this.#until = performance.now() + SLICE_MS;
			this.#waiting.shift()?.();
			this.#schedule();
		});
	}
}
