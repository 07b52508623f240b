import type { Containment } from "./containment.ts";
import type { Process } from "./process-tree.ts";

/** What the work is to be. */
export type Goal = "run" | "freeze" | "kill";

/** The next pass comes so soon at first, ... */
const SOON_MS = 1;
/** ... and no later than so, however often it had to be repeated. */
const LATE_MS = 100;

interface DriveEvents {
	/** All is frozen, or all is dead. */
	readonly settled: (goal: Goal) => void;
	/** Something runs as somebody else. */
	readonly refused: (processes: readonly Process[]) => void;
}

/**
 * Repeats passes over a containment until its goal is reached, the first one at once. `kill` is for good.
 *
 *    run <--> freeze --> kill (from run too)
 */
export class Drive {
	readonly #events: DriveEvents;
	#containment: Containment | undefined;
	#goal: Goal = "run";
	#timer: ReturnType<typeof setTimeout> | undefined;
	#wait = SOON_MS;

	constructor(events: DriveEvents) {
		this.#events = events;
	}

	get goal(): Goal {
		return this.#goal;
	}

	/** From now on this is what is frozen and killed; a goal that was set before holds for it too. */
	over(containment: Containment): void {
		const before = this.#containment;
		this.#containment = containment;
		if (this.#goal === "run") return;
		this.#again();
		// What the one before had stopped in its own way stands still in the new one's.
		if (this.#goal === "freeze") before?.thaw();
	}

	towards(goal: Goal): void {
		if (this.#goal === "kill" && goal !== "kill") return;
		const before = this.#goal;
		this.#goal = goal;
		if (goal === "run") {
			clearTimeout(this.#timer);
			if (before === "freeze") this.#containment?.thaw();
		} else this.#again();
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#containment = undefined;
	}

	#again(): void {
		this.#wait = SOON_MS;
		this.#pass();
	}

	readonly #pass = (): void => {
		clearTimeout(this.#timer);
		const goal = this.#goal;
		if (this.#containment === undefined || goal === "run") return;
		const { settled, refused } = goal === "freeze" ? this.#containment.freeze() : this.#containment.kill();
		if (refused.length > 0) this.#events.refused(refused);
		if (settled) {
			if (goal === this.#goal) this.#events.settled(goal);
			return;
		}
		// What was called above may have started a pass of its own; there is one timer all the same.
		clearTimeout(this.#timer);
		this.#timer = setTimeout(this.#pass, this.#wait);
		this.#wait = Math.min(2 * this.#wait, LATE_MS);
	};
}
