import { Fault } from "../../base/fault.ts";
import { someOf } from "./passed-over.ts";

/** The whole run's time was up before the work on a batch had ended: the batch goes back and stays ready. */
export class RunOver extends Error {
	readonly batch: string;
	/** True where the work had begun, and was stopped. */
	readonly begun: boolean;
	/** The time that was up, for people. */
	readonly time: string;

	/** `time`: the time that was up, for people. */
	constructor(batch: string, when: "before it was begun" | "as it ran", time: string) {
		super(when === "as it ran" ? `stopped and not recorded: ${time} were up` : `not begun: ${time} were up`);
		this.batch = batch;
		this.time = time;
		this.begun = when === "as it ran";
	}
}

/**
 * The Fault "failed" where work was stopped, which was then done for nothing, or where none of the batches was begun,
 * so that runs like this one never get on. Undefined where others were worked on, `worked` in number: the next run
 * takes what was not begun, and nothing has failed.
 */
export function runOverFault(returned: readonly RunOver[], worked: number): Fault | undefined {
	const stopped = returned.filter(({ begun }) => begun);
	const [first] = stopped;
	if (first === undefined) return worked === 0 ? noneBegunFault(returned) : undefined;
	const rest = returned.length - stopped.length;
	const more = rest === 0 ? "" : `; ${rest} more not begun`;
	return new Fault(
		"failed",
		`${someOf(stopped.map(({ batch }) => batch))} ${first.message}${more}; all are still ready`,
		{
			hint: "the next run begins with them; give a run more time (max-run, autonomous.maxRuntimeForWorkers), or fewer batches",
		},
	);
}

function noneBegunFault(returned: readonly RunOver[]): Fault | undefined {
	const [first] = returned;
	if (first === undefined) return undefined;
	const all = returned.length === 1 ? "1 batch" : `${returned.length} batches`;
	return new Fault("failed", `${all} taken and none begun: ${first.time} were up; all are still ready`, {
		hint: "the next run may end like this one; give a run more time (max-run, autonomous.maxRuntimeForWorkers), or fewer batches (queue-length)",
	});
}

/** How long the work on one batch may take, and what becomes of the batch then. */
export interface TimeLimit {
	/** From the start of the work on this batch, 0 or more. */
	readonly ms: number;
	/** The time for people: `60 s`, and whose it is where it is not the batch's own. */
	readonly said: string;
	/** `fail`: the outcome is a failure `timeout`. `give back`: the work ends with `RunOver`, and nothing is recorded. */
	readonly outcome: "fail" | "give back";
}

/** The time of a whole run, by the monotonic clock of this process. */
export class RunLimit {
	readonly #limitMs: number | undefined;
	readonly #endsAt: number;
	readonly #clock: () => number;

	/** Begins now; undefined for a run without a limit. */
	constructor(limitMs: number | undefined, clock = () => performance.now()) {
		this.#limitMs = limitMs;
		this.#clock = clock;
		this.#endsAt = clock() + (limitMs ?? Number.POSITIVE_INFINITY);
	}

	/** Milliseconds until the time is up, 0 where it is; infinity where there is no limit. */
	get leftMs(): number {
		return Math.max(0, this.#endsAt - this.#clock());
	}

	get isOver(): boolean {
		return this.leftMs === 0;
	}

	/** The limit for people. */
	get said(): string {
		return `the run's ${(this.#limitMs ?? Number.POSITIVE_INFINITY) / 1000} s (max-run)`;
	}

	/**
	 * The limit for work that begins now and may take `maxRuntimeMs` by itself. Work that begins with the run has the
	 * run's time for itself: where that is too little, so is the next run's, and the batch has failed. Work that begins
	 * behind another goes back instead: its batch is among the oldest, and the next run begins with it. So does work
	 * that begins with a run that has waited half its time for locks.
	 */
	limitFor(maxRuntimeMs: number, begins: "with the run" | "behind another"): TimeLimit {
		const leftMs = this.leftMs;
		if (maxRuntimeMs <= leftMs) return { ms: maxRuntimeMs, said: `${maxRuntimeMs / 1000} s`, outcome: "fail" };
		const hadItsTime = begins === "with the run" && leftMs >= (this.#limitMs ?? 0) / 2;
		return { ms: leftMs, said: this.said, outcome: hadItsTime ? "fail" : "give back" };
	}
}
