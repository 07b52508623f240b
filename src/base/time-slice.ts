/** So long may work that has no end hold the event loop, ms; heartbeats and timers come in between. */
const SLICE_MS = 5;

/**
 * Shares the event loop between timers, sockets, and long work that is done bit by bit. All tasks of one `TimeSlice`
 * together hold the loop for at most SLICE_MS a turn, plus the bit that was begun: each awaits `turn()` before a bit. They
 * go on in the order in which they asked.
 */
export class TimeSlice {
	#until = 0;
	readonly #waiting: (() => void)[] = [];

	/** Resolves when the caller may do its next bit of work: at once, or in a later turn of the event loop. */
	async turn(): Promise<void> {
		if (this.#waiting.length === 0 && performance.now() < this.#until) return;
		await new Promise<void>((resolve) => {
			if (this.#waiting.push(resolve) === 1) setImmediate(this.#next);
		});
	}

	/** One task a turn: what it leaves of the slice is for those that ask next. */
	readonly #next = () => {
		this.#until = performance.now() + SLICE_MS;
		this.#waiting.shift()?.();
		if (this.#waiting.length > 0) setImmediate(this.#next);
	};
}
