import type { Log, LogFields } from "../../base/log.ts";
import { noteOpen } from "../../base/open.ts";
import { toShared } from "../../base/shared-clock.ts";
import type { Supervised } from "../guard.ts";
import type { Validity } from "../ports.ts";
import { adoptOrphans } from "./adopt.ts";
import { LAYERS } from "./containment.ts";
import { type Ending, endOf } from "./ending.ts";
import { stopWithTheWork, whenContinued } from "./job-control.ts";
import type { Ended, Order, Report } from "./messages.ts";
import { type ChildPipes, connectPipes } from "./pipes.ts";
import { findProgram, startFault } from "./program.ts";
import { SecondWatch } from "./second-watch.ts";
import type { SupervisorPool } from "./supervisor-pool.ts";
import { type SupervisorProcess, supervisorPids } from "./supervisor-process.ts";

/** What runs under a supervisor. It starts with the first `until`. */
export interface Child extends Supervised<Ended> {
	/** Sends a signal to its whole group. */
	signal(signal: NodeJS.Signals): void;
	/** `signal` to all of it now, KILL after `graceMs`. */
	end(signal: NodeJS.Signals, graceMs: number): void;
}

export interface ChildOptions {
	/** Program and arguments; no shell. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** After a loss it gets TERM, and KILL so many ms later; 0 is KILL at once. */
	readonly lossGraceMs: number;
	/** Without it the child reads and writes where tangles does, and shares its terminal. */
	readonly pipes?: ChildPipes;
	/** Of a pool whose supervisors have streams where there are `pipes`, and tangles' own otherwise. */
	readonly supervisors: Pick<SupervisorPool, "take">;
	readonly log: Log;
	/** What the log lines carry that a supervisor writes where tangles has ended; nothing by default. */
	readonly logFields?: LogFields;
	/** Awaited before tangles stops itself beside the work, where they share a terminal. */
	readonly logWritten?: () => Promise<void>;
}

/** How often a supervisor that has not yet taken its work is looked at, in ms: a stopped one never takes it. */
const LOOK_MS = 500;

/**
 * Gives a child to a supervisor. Throws a Fault "usage" where there is no such program. `ended` rejects with a fault
 * of kind "usage" where it cannot be started, "unreachable" where the host has no room for another process, and "lost"
 * where the supervisor was killed or stopped, or where something of the work did not let itself be ended.
 */
export function startChild(options: ChildOptions): Child {
	const [program = ""] = options.command;
	return new SupervisedChild(options, program, findProgram(program, options.env.PATH ?? ""));
}

/**
 * A child, from tangles' side.
 *
 *    given --the supervisor took it--> under orders --final report, or tangles took over--> ended
 *     ^  |
 *     +--+ the supervisor had been idle, and was found dead: another one; nothing was started, since no `until` was sent
 */
class SupervisedChild implements Child {
	readonly #options: ChildOptions;
	readonly #program: string;
	readonly #path: string;
	readonly #last = Promise.withResolvers<Ending>();
	/** Orders that wait until the supervisor has taken the work; undefined from then on. */
	#waiting: (() => void)[] | undefined = [];
	#supervisor: SupervisorProcess;
	#watch: SecondWatch | undefined;
	#drained: Promise<void> = Promise.resolve();
	#isOver = false;
	readonly ended: Promise<Ended>;

	constructor(options: ChildOptions, program: string, path: string) {
		this.#options = options;
		this.#program = program;
		this.#path = path;
		this.#supervisor = this.#give();
		this.ended = this.#end();
	}

	until({ freezeAt, expiresAt }: Validity): void {
		this.#order({ do: "until", freezeAt: toShared(freezeAt), killAt: toShared(expiresAt) });
	}

	stop(): void {
		this.end("SIGTERM", this.#options.lossGraceMs);
	}

	readonly signal = (signal: NodeJS.Signals): void => this.#order({ do: "signal", signal });

	end(signal: NodeJS.Signals, graceMs: number): void {
		this.#onceTaken(() => this.#watch?.endsWithin(graceMs));
		this.#order({ do: "end", signal, graceMs });
	}

	#give(): SupervisorProcess {
		const { command, env, supervisors, logFields = {} } = this.#options;
		const { supervisor, fresh } = supervisors.take();
		const looking = setInterval(() => {
			if (supervisor.isStopped) supervisor.kill();
		}, LOOK_MS);
		const giveUp = (act: () => void) => {
			clearInterval(looking);
			act();
		};
		supervisor.begin(
			{ path: this.#path, words: command, env, logFields },
			{
				report: (report) => {
					clearInterval(looking);
					this.#take(report);
				},
				lost: (how) =>
					giveUp(() => {
						if (this.#watch !== undefined) this.#watch.lost(how);
						else if (fresh) this.#last.resolve({ is: "took over", why: how, refused: undefined });
						else this.#supervisor = this.#give();
					}),
				failed: (error) => giveUp(() => this.#last.reject(startFault(this.#program, this.#path, error))),
			},
		);
		return supervisor;
	}

	#taken(): void {
		const supervisor = this.#supervisor;
		this.#watch = new SecondWatch({
			supervisor: supervisor.pid,
			supervisors: supervisorPids,
			log: this.#options.log,
			refused: this.#refused,
			done: (why, who) => this.#last.resolve({ is: "took over", why, refused: who }),
		});
		const { streams } = supervisor;
		const { pipes } = this.#options;
		if (pipes !== undefined && streams !== undefined) {
			const over = this.#last.promise.catch(() => undefined);
			this.#drained = connectPipes(streams, pipes, over);
		}
		const waiting = this.#waiting ?? [];
		this.#waiting = undefined;
		for (const act of waiting) act();
	}

	#onceTaken(act: () => void): void {
		if (this.#waiting === undefined) act();
		else this.#waiting.push(act);
	}

	/** An order that comes after the work's end is dropped. */
	#order(order: Order): void {
		this.#onceTaken(() => {
			if (!this.#isOver) this.#supervisor.order(order);
		});
	}

	readonly #refused = (who: string): void => {
		const lock = "kept until it ends, an hour at most";
		this.#options.log.error(`the work cannot be ended, because it runs as somebody else: process ${who}`, { lock });
	};

	#take(report: Report): void {
		const { log, logWritten } = this.#options;
		switch (report.is) {
			case "ready":
				break;
			case "taken":
				this.#taken();
				break;
			case "started":
				this.#watch?.started(report.handle);
				if (report.handle.layer !== "cgroup" || process.pid === 1) adoptOrphans((child) => supervisorPids.has(child));
				log.debug(`the work runs in ${LAYERS[report.handle.layer]}`, { pid: report.pid });
				break;
			case "until":
				this.#watch?.confirmed(report.freezeAt, report.killAt);
				break;
			case "frozen":
				this.#watch?.frozen();
				break;
			case "refused":
				this.#watch?.waits();
				this.#refused(report.who);
				break;
			case "unsent":
				log.warn(`${report.signal} was not handed on: the work runs as somebody else`, { pid: report.pid });
				break;
			case "swept":
				log.warn(`killed what an earlier run on this host had left running: process ${report.who}`);
				break;
			case "left":
				log.warn(`${this.#program} has ended and left something running, which is killed now: process ${report.who}`);
				break;
			case "stopped":
				void stopWithTheWork(report.signal, log, logWritten);
				break;
			case "broken":
				this.#last.reject(new Error(`the supervisor failed: ${report.message}`));
				break;
			case "failed":
			case "ended":
				// A supervisor that has once missed its time is not used again.
				if (this.#watch?.isTakingOver) this.#supervisor.abandon();
				this.#finish();
				this.#last.resolve(report);
				break;
		}
	}

	/** All is known of the work. */
	#finish(): void {
		this.#isOver = true;
		this.#watch?.end();
	}

	async #end(): Promise<Ended> {
		const resume = () => this.#order({ do: "resume" });
		const offContinued = this.#supervisor.hasTerminal ? whenContinued(resume) : () => {};
		const forget = noteOpen(`child ${this.#program}`);
		try {
			const ending = await this.#last.promise;
			this.#finish();
			if (ending.is === "took over") {
				// A stopped supervisor would stay for ever.
				this.#supervisor.abandon();
				await this.#supervisor.exited;
			}
			await this.#drained;
			return endOf(ending, this.#program, this.#path);
		} finally {
			this.#finish();
			offContinued();
			forget();
		}
	}
}
