import { existsSync, writeSync } from "node:fs";
import type { LogFields } from "../../base/log.ts";
import { logLine } from "../../base/log-line.ts";
import { CgroupContainment, cgroupParent, makeCgroup, removeCgroup, sweepCgroups } from "./cgroup.ts";
import { Children } from "./children.ts";
import { compileFork, type Fork } from "./fork.ts";
import { type Libc, libc } from "./libc.ts";
import type { OrderMessage, Report, ReportMessage, SupervisorSetup, SupervisorTask } from "./messages.ts";
import { describeProcess } from "./process-tree.ts";
import { Supervisor } from "./supervisor.ts";
import type { Started } from "./supervisor-ports.ts";
import { openTerminal, Terminal } from "./terminal.ts";
import { TreeContainment } from "./tree-containment.ts";
import { startWork } from "./work-process.ts";

/** tangles' stderr, also where the work writes elsewhere: see `supervisor-process.ts`. */
const LOG_FD = 2;
const FOR_OTHERS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/** Becomes a supervisor, which holds the works that come by the channel to the parent, one after another. */
export function becomeSupervisor(setup: SupervisorSetup, exit: () => void): void {
	new SupervisorRole(setup, exit).begin();
}

/**
 * Binds the process to the supervisor of its current work.
 *
 *    idle --start--> holding a work --its final report, nothing left--> idle
 *      |                 +--its final report otherwise--> the channel is closed
 *      +--tangles gone--> exit
 */
class SupervisorRole {
	readonly #setup: SupervisorSetup;
	readonly #exit: () => void;
	readonly #c: Libc = libc();
	readonly #children = new Children(this.#c);
	/** Set before the first order can come. */
	#fork!: Fork;
	#terminal: Terminal | undefined;
	/** The number of the last work. */
	#number = 0;
	#current: Supervisor | undefined;
	#swept = false;

	constructor(setup: SupervisorSetup, exit: () => void) {
		this.#setup = setup;
		this.#exit = exit;
	}

	begin(): void {
		this.#c.becomeSubreaper();
		const terminal = this.#setup.terminal ? openTerminal() : undefined;
		if (terminal !== undefined) this.#terminal = new Terminal(terminal, this.#c);
		// These signals are for tangles and the work, also where they are sent to every process (a unit that is stopped,
		// `pkill`).
		for (const signal of FOR_OTHERS) process.on(signal, () => {});
		process.on("SIGCHLD", this.#afterChildren);
		process.on("uncaughtException", this.#fail);
		process.on("unhandledRejection", this.#fail);
		process.on("message", this.#take);
		process.on("disconnect", this.#parentLost);
		this.#send(0, { is: "ready" });
		// Compiled while tangles prepares its first order.
		this.#fork = compileFork(this.#c);
	}

	readonly #send = (work: number, report: Report, sent?: () => void): void => {
		const message: ReportMessage = { work, report };
		if (process.connected) process.send?.(message, sent ?? (() => {}));
	};

	readonly #take = ({ work, order }: OrderMessage): void => {
		if (order.do === "start") this.#hold(work, order);
		else if (work === this.#number) this.#current?.take(order);
	};

	#hold(work: number, task: SupervisorTask): void {
		if (this.#current !== undefined) throw new Error(`work ${work} was to start beside another one`);
		let cgroup: string | undefined;
		this.#number = work;
		this.#current = new Supervisor({
			send: (report, sent) => this.#send(work, report, sent),
			log: (message) => this.#log(message, task.logFields),
			exit: this.#exit,
			terminal: this.#terminal,
			mayStay: () => !task.last && this.#children.areGone && (cgroup === undefined || !existsSync(cgroup)),
			idle: () => {
				this.#current = undefined;
			},
			close: () => {
				process.off("disconnect", this.#parentLost);
				process.disconnect?.();
			},
			start: () => {
				cgroup = this.#makeCgroup(work);
				return this.#start(task, cgroup);
			},
		});
		this.#send(work, { is: "taken" });
	}

	/** A cgroup for the work, made after the remains of earlier runs are removed; undefined where none may be made. */
	#makeCgroup(work: number): string | undefined {
		const parent = cgroupParent();
		if (parent === undefined) return undefined;
		if (!this.#swept) {
			this.#swept = true;
			const swept = sweepCgroups(parent);
			if (swept.length > 0) this.#send(work, { is: "swept", who: swept.map(describeProcess).join(", ") });
		}
		return makeCgroup(parent);
	}

	#start(task: SupervisorTask, cgroup: string | undefined): Started {
		const terminal = this.#terminal;
		const place = terminal === undefined ? "own session" : terminal.isOurs ? "foreground" : "background";
		const work = startWork({ task, place, cgroup, fork: this.#fork, children: this.#children });
		if (place === "foreground") terminal?.wasLent();
		const group = work.pid;
		const tree = new TreeContainment({
			root: process.pid,
			group: () => group,
			childless: () => this.#children.areGone,
		});
		return {
			work,
			meanwhile: tree,
			contain: ({ outside }) => {
				if (cgroup !== undefined && !outside)
					return { containment: new CgroupContainment(cgroup), handle: { layer: "cgroup", place: cgroup, group } };
				if (cgroup !== undefined) removeCgroup(cgroup);
				return { containment: tree, handle: { layer: "subreaper", group } };
			},
		};
	}

	/** A child has ended, or was stopped. */
	readonly #afterChildren = (): void => {
		const workPid = this.#current?.workPid;
		this.#children.reap();
		const signal = workPid === undefined ? undefined : this.#c.stoppedBy(workPid);
		if (signal !== undefined) this.#current?.stopped(signal);
	};

	readonly #parentLost = (): void => {
		if (this.#current === undefined) this.#exit();
		else this.#current.parentLost();
	};

	#log(message: string, fields: LogFields = {}): void {
		const line = logLine(this.#setup.logForm, { level: "error", date: new Date(), message, fields });
		try {
			writeSync(LOG_FD, `${line}\n`);
		} catch {
			// The reader of the log has ended too.
		}
	}

	/** A bug of ours. */
	readonly #fail = (error: unknown): void => {
		if (this.#current !== undefined) {
			this.#current.fail(error);
			return;
		}
		this.#log(`the supervisor failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
		this.#exit();
	};
}
