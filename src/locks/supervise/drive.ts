import type { Containment } from "./containment.ts";
import type { Process } from "./process-tree.ts";

/** What the work is to be. */
export type Goal = "run" | "freeze" | "kill";

/**
 * So many passes follow each other quickly, about two seconds in all; work that is still alive then may live on for
 * long.
 */
const QUICK_PASSES = 26;

/**
 * How long to wait after a pass that did not reach the goal, in ms; `passes` is the number of passes so far. 1, 2, 4,
 * ... up to 100 for about two seconds, then a second: a pass may walk all of /proc, and what refuses to end is waited
 * for an hour.
 */
export function waitAfter(passes: number): number {
	return passes > QUICK_PASSES ? 1000 : Math.min(2 ** (passes - 1), 100);
}

interface DriveEvents {
	/** The goal is reached: everything is frozen, or has ended. */
	readonly settled: (goal: Goal) => void;
	/** These processes run as another user and refused the signal. */
	readonly refused: (processes: readonly Process[]) => void;
}

/**
 * Repeats passes over a containment until its goal is reached, the first one at once. `kill` is for good: a later goal
 * is ignored, since orders to run or to freeze may cross a kill on their way.
 *
 *    run <--> freeze --> kill (from run too)
 */
export class Drive {
	readonly #events: DriveEvents;
	#containment: Containment | undefined;
	#goal: Goal = "run";
	#timer: ReturnType<typeof setTimeout> | undefined;
	#passes = 0;

	constructor(events: DriveEvents) {
		this.#events = events;
	}

	get goal(): Goal {
		return this.#goal;
	}

	/** Acts on this containment from now on, towards the goal that was set before. */
	over(containment: Containment): void {
		const before = this.#containment;
		this.#containment = containment;
		if (this.#goal === "run") return;
		this.#again();
		// The new containment holds the work still: what the old one has stopped in its own way is let go.
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
		this.#passes = 0;
		this.#pass();
	}

	readonly #pass = (): void => {
		clearTimeout(this.#timer);
		const goal = this.#goal;
		if (this.#containment === undefined || goal === "run") return;
		this.#passes += 1;
		const { settled, refused } = goal === "freeze" ? this.#containment.freeze() : this.#containment.kill();
		if (refused.length > 0) this.#events.refused(refused);
		if (settled) {
			if (goal === this.#goal) this.#events.settled(goal);
			return;
		}
		// The callbacks above may have started a pass: its timer is replaced, so that there is only one.
		clearTimeout(this.#timer);
		this.#timer = setTimeout(this.#pass, waitAfter(this.#passes));
	};
}
