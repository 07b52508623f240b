import { mostAtOnce } from "../../base/host-limits.ts";
import type { LogForm } from "../../base/log-line.ts";
import { SupervisorProcess } from "./supervisor-process.ts";
import { hasTerminal } from "./terminal.ts";

/** So many works share a supervisor at most: its start is then a small part of each. */
const MOST_SETS = 8;
/** So many sets of streams are open at most, and fewer where the host lets tangles open few files. */
const MOST_SETS_IN_ALL = 64;
/** A set's three streams, a channel, and as much again for what a work opens beside them. */
const FILES_EACH = 8;

export interface PoolOptions {
	/** How many works there are to come at most, and how many of them run at once. */
	readonly works: number;
	readonly atOnce: number;
	/** How tangles writes its log lines. */
	readonly logForm: LogForm;
}

/**
 * The supervisors of a run: each holds works until it has no set of streams left. One that has ended or was stopped
 * while it was idle is replaced. At the end the idle ones are killed, since nothing is below them, and all are awaited.
 */
export class SupervisorPool implements AsyncDisposable {
	readonly #all = new Set<SupervisorProcess>();
	readonly #begin: (given: number) => SupervisorProcess;
	/** So many works were given to a supervisor. */
	#given = 0;

	/** `begin` is told how many works were given before. */
	private constructor(begin: (given: number) => SupervisorProcess) {
		this.#begin = begin;
	}

	/** For works that are given streams of their own. */
	static forWorks({ works, atOnce, logForm }: PoolOptions): SupervisorPool {
		const inAll = mostAtOnce(MOST_SETS_IN_ALL, FILES_EACH);
		const most = Math.max(1, Math.min(MOST_SETS, Math.floor(inAll / atOnce)));
		return new SupervisorPool((given) => {
			const sets = Math.max(1, Math.min(most, Math.ceil((works - given) / atOnce)));
			return new SupervisorProcess({ sets, terminal: false, logForm });
		});
	}

	/** For one work that reads and writes where tangles does, and shares its terminal. */
	static forOwnStreams(logForm: LogForm): SupervisorPool {
		return new SupervisorPool(() => new SupervisorProcess({ sets: 0, terminal: hasTerminal(), logForm }));
	}

	/** Starts a supervisor where there is none yet, so that it is ready when a work is. */
	prepare(): void {
		if (this.#all.size === 0) this.#start();
	}

	/** A supervisor for a work; `fresh` where it was started by this call. */
	take(): { readonly supervisor: SupervisorProcess; readonly fresh: boolean } {
		for (const supervisor of this.#all) {
			if (supervisor.isFree) {
				this.#given += 1;
				return { supervisor, fresh: false };
			}
			// It was stopped, and nothing says for how long.
			if (supervisor.isIdle) supervisor.abandon();
		}
		const supervisor = this.#start();
		this.#given += 1;
		return { supervisor, fresh: true };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const supervisor of this.#all) if (supervisor.isIdle) supervisor.abandon();
		await Promise.all([...this.#all].map(({ exited }) => exited));
	}

	#start(): SupervisorProcess {
		const supervisor = this.#begin(this.#given);
		this.#all.add(supervisor);
		void supervisor.exited.then(() => this.#all.delete(supervisor));
		return supervisor;
	}
}
