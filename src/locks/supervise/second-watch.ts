import type { Log } from "../../base/log.ts";
import { sharedNow } from "../../base/shared-clock.ts";
import { timerMs } from "../../base/timer.ts";
import { CgroupContainment } from "./cgroup.ts";
import type { Containment, ContainmentHandle } from "./containment.ts";
import { Drive, type Goal } from "./drive.ts";
import { isStopped, type Process, readProcess } from "./process-tree.ts";
import { Refusals } from "./refusals.ts";
import { TreeContainment } from "./tree-containment.ts";

/** How late a busy supervisor may be, in ms; the session ends no sooner than a sixth of its time-out later. */
const SLACK_MS = 100;
/** The same for the end of the work, for which there is no hurry by the lock. */
const END_SLACK_MS = 3000;

export interface SecondWatchOptions {
	readonly supervisor: number;
	/** The processes of tangles that are supervisors, this one too. */
	readonly supervisors: ReadonlySet<number>;
	readonly log: Pick<Log, "warn" | "debug">;
	/** Called at once and each 30 s with what cannot be ended. */
	readonly refused: (who: string) => void;
	/** tangles has ended all of the work, or has waited long enough for what refuses to end. */
	readonly done: (why: string, refused: string | undefined) => void;
}

/**
 * tangles' own check of the supervisor: where the supervisor has not frozen or killed the work by the time that it has
 * confirmed, tangles does it. So the work is frozen and killed in time even if one of the two processes is stopped or
 * killed.
 *
 *    watching --freezeAt passed, no "frozen" reported--> frozen by us --confirmed again--> watching
 *        |                                               |
 *        +-- killAt passed, or ended without a report ---+--> taking over --> done
 */
export class SecondWatch {
	readonly #options: SecondWatchOptions;
	readonly #drive: Drive;
	readonly #refusals: Refusals;
	#handle: ContainmentHandle | undefined;
	#frozen = false;
	#gone = false;
	#why: string | undefined;
	#freezing: ReturnType<typeof setTimeout> | undefined;
	#killing: ReturnType<typeof setTimeout> | undefined;
	#ending: ReturnType<typeof setTimeout> | undefined;
	/** The work's end is known: that the supervisor's process ends after it changes nothing. */
	#over = false;

	constructor(options: SecondWatchOptions) {
		this.#options = options;
		this.#drive = new Drive({ settled: this.#settled, refused: this.#wasRefused });
		this.#refusals = new Refusals({ remind: options.refused, givenUp: () => this.#finish() });
	}

	started(handle: ContainmentHandle): void {
		this.#handle = handle;
	}

	/** The supervisor has confirmed until when it lets the work run; times of the shared clock. */
	confirmed(freezeAt: number, killAt: number): void {
		if (this.#why !== undefined) return;
		this.#clear();
		const now = sharedNow();
		if (now < freezeAt) {
			this.#frozen = false;
			this.#drive.towards("run");
		}
		this.#freezing = setTimeout(
			() => {
				this.#freezing = this.#unlessLate(freezeAt, this.#freeze);
			},
			timerMs(freezeAt - now + SLACK_MS),
		);
		this.#killing = setTimeout(
			() => {
				this.#killing = this.#unlessLate(killAt, () => this.#takeOver());
			},
			timerMs(killAt - now + SLACK_MS),
		);
	}

	/** Acts at once; but where we were stopped or busy ourselves, messages of the supervisor are read first. */
	#unlessLate(time: number, act: () => void): ReturnType<typeof setTimeout> | undefined {
		if (sharedNow() > time + 2 * SLACK_MS) return setTimeout(act, SLACK_MS);
		act();
		return undefined;
	}

	/** The supervisor has frozen the work itself. */
	frozen(): void {
		this.#frozen = true;
	}

	/** The supervisor has the order to end the work within so many ms. */
	endsWithin(ms: number): void {
		if (this.#why !== undefined) return;
		clearTimeout(this.#ending);
		this.#ending = setTimeout(() => this.#takeOver(), timerMs(ms + END_SLACK_MS));
	}

	/** The supervisor waits for what it cannot end. */
	waits(): void {
		this.#clear();
		clearTimeout(this.#ending);
	}

	/** The supervisor has ended without a final report. */
	lost(how: string): void {
		if (this.#over) return;
		this.#gone = true;
		this.#takeOver(how);
	}

	/** True from the moment at which tangles itself ends the work. */
	get isTakingOver(): boolean {
		return this.#why !== undefined;
	}

	/** The supervisor's final report has come. */
	end(): void {
		this.#over = true;
		this.waits();
		this.#refusals.end();
		this.#drive.stop();
	}

	#clear(): void {
		clearTimeout(this.#freezing);
		clearTimeout(this.#killing);
	}

	readonly #freeze = (): void => {
		if (this.#frozen || this.#handle === undefined) return;
		const { supervisor, log } = this.#options;
		const fields = { supervisor };
		if (this.#isStopped) log.warn("the supervisor is stopped: tangles itself freezes the work", fields);
		else log.debug("the supervisor is late: tangles itself freezes the work", fields);
		this.#drive.over(this.#containment());
		this.#drive.towards("freeze");
	};

	get #isStopped(): boolean {
		const process = readProcess(this.#options.supervisor);
		return process !== undefined && isStopped(process);
	}

	#takeOver(why = this.#isStopped ? "was stopped" : "did not answer in time"): void {
		this.waits();
		this.#why ??= why;
		this.#drive.over(this.#containment());
		this.#drive.towards("kill");
	}

	#containment(): Containment {
		const handle = this.#handle;
		if (handle?.layer === "cgroup") return new CgroupContainment(handle.place);
		const { supervisor, supervisors } = this.#options;
		return new TreeContainment({
			group: () => handle?.group,
			// The orphans of a supervisor that has ended are ours; what belongs to the other ones is below those.
			root: this.#gone ? process.pid : supervisor,
			except: () => (this.#gone ? supervisors : new Set()),
		});
	}

	readonly #wasRefused = (processes: readonly Process[]): void => {
		if (this.#refusals.add(processes)) this.#takeOver();
	};

	readonly #settled = (goal: Goal): void => {
		if (goal === "kill") this.#finish();
	};

	#finish(): void {
		const who = this.#refusals.who;
		this.end();
		if (this.#handle?.layer === "cgroup") this.#containment().remove();
		this.#options.done(this.#why ?? "", who);
	}
}
