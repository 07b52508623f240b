import { CLOCK_STEP_MS, sharedNow } from "../../base/shared-clock.ts";

type Timer = ReturnType<typeof setTimeout> | undefined;

/** Calls back when the work is to be frozen, and when it is to be killed. Times are of the shared clock, in ms. */
export class ValidityTimers {
	readonly #freeze: () => void;
	readonly #kill: () => void;
	#freezing: Timer;
	#killing: Timer;

	constructor(freeze: () => void, kill: () => void) {
		this.#freeze = freeze;
		this.#kill = kill;
	}

	/** Sets both times; calls back at once for a time that has passed. True where the work may run now. */
	set(freezeAt: number, killAt: number): boolean {
		this.clear();
		// The shared clock is rounded down: one step is added, so that a time that may have passed counts as passed.
		const now = sharedNow() + CLOCK_STEP_MS;
		if (now >= killAt) {
			this.#kill();
			return false;
		}
		this.#killing = setTimeout(this.#kill, killAt - now);
		if (now >= freezeAt) {
			this.#freeze();
			return false;
		}
		this.#freezing = setTimeout(this.#freeze, freezeAt - now);
		return true;
	}

	clear(): void {
		clearTimeout(this.#freezing);
		clearTimeout(this.#killing);
	}
}
