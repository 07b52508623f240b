import { describeProcess, type Process } from "./process-tree.ts";

/** How often processes that refuse to end are reported again, in ms. */
const REMIND_MS = 30_000;
/** How long they are waited for, in ms. */
export const LINGER_MS = 3_600_000;
/** So many of them are named. */
const NAMED = 5;

interface RefusalOptions {
	/** Called at once and each 30 s. */
	readonly remind: (who: string) => void;
	/** An hour has passed. */
	readonly givenUp: () => void;
	readonly remindMs?: number | undefined;
	readonly lingerMs?: number | undefined;
}

/**
 * Processes of the work that run as another user, so that they cannot be stopped or killed: reported, and waited for.
 */
export class Refusals {
	readonly #options: RefusalOptions;
	/** The processes that refused in the last pass in which any did. */
	#latest: readonly Process[] = [];
	#who: string | undefined;
	#reminding: ReturnType<typeof setInterval> | undefined;
	#lingering: ReturnType<typeof setTimeout> | undefined;

	constructor(options: RefusalOptions) {
		this.#options = options;
	}

	/** For people; undefined where nothing was refused. */
	get who(): string | undefined {
		return this.#who;
	}

	/** Records the processes that refuse now; true where they are the first. */
	add(processes: readonly Process[]): boolean {
		this.#latest = processes;
		if (this.#who !== undefined) return false;
		const { remind, givenUp, remindMs = REMIND_MS, lingerMs = LINGER_MS } = this.#options;
		const report = () => {
			this.#who = describe(this.#latest);
			remind(this.#who);
		};
		report();
		this.#reminding = setInterval(report, remindMs);
		this.#lingering = setTimeout(givenUp, lingerMs);
		return true;
	}

	end(): void {
		clearInterval(this.#reminding);
		clearTimeout(this.#lingering);
	}
}

function describe(processes: readonly Process[]): string {
	const more = processes.length > NAMED ? `, and ${processes.length - NAMED} more` : "";
	return processes.slice(0, NAMED).map(describeProcess).join(", ") + more;
}
