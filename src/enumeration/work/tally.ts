import { isStop } from "./failure.ts";
import type { JobEnd } from "./work-on.ts";

/** What a run has done so far. */
export class Tally {
	readonly #began = performance.now();
	#done = 0;
	#failed = 0;
	#handedBack = 0;
	#unacknowledged = 0;
	#tangles = 0;
	#stored = 0;

	add(ending: JobEnd): void {
		if (ending.is === "done") {
			this.#done += 1;
			this.#tangles += ending.tangles;
			this.#stored += ending.stored;
		} else if (ending.is === "unacknowledged") this.#unacknowledged += 1;
		else if (isStop(ending.error)) this.#handedBack += 1;
		else this.#failed += 1;
	}

	get jobs(): number {
		return this.#done + this.#failed + this.#handedBack + this.#unacknowledged;
	}

	/** True where no job failed, and the server knows of every one that was done. */
	get allWell(): boolean {
		return this.#failed + this.#unacknowledged === 0;
	}

	/** As the event `stopped` has them. */
	sums() {
		return {
			done: this.#done,
			failed: this.#failed,
			handed_back: this.#handedBack,
			unacknowledged: this.#unacknowledged,
			tangles: this.#tangles,
			stored: this.#stored,
			seconds: Math.round((performance.now() - this.#began) / 100) / 10,
		};
	}
}
