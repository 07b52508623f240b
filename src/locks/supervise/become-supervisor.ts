import { existsSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { LogFields } from "../../base/log.ts";
import { logLine } from "../../base/log-line.ts";
import { CgroupContainment, cgroupParent, hastenNextMove, makeCgroup, removeCgroup, sweepCgroups } from "./cgroup.ts";
import { type Libc, libc } from "./libc.ts";
import {
	type Launch,
	type OrderMessage,
	type Report,
	type ReportMessage,
	type SupervisorSetup,
	type SupervisorTask,
	streamsOf,
} from "./messages.ts";
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
		// The streams of one work are no business of another.
		for (const descriptor of streamsOf(this.#setup.sets)) this.#c.closeOnExec(descriptor);
		const terminal = this.#setup.terminal ? openTerminal() : undefined;
		if (terminal !== undefined) this.#terminal = new Terminal(terminal, this.#c);
		// These signals are for tangles and the work, also where they are sent to every process (a unit that is stopped,
		// `pkill`).
		for (const signal of FOR_OTHERS) process.on(signal, () => {});
		process.on("SIGCHLD", () => afterChildren(this.#current, this.#c));
		process.on("uncaughtException", this.#fail);
		process.on("unhandledRejection", this.#fail);
		process.on("message", this.#take);
		process.on("disconnect", this.#parentLost);
		this.#send(0, { is: "ready" });
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
			mayStay: () => !task.last && this.#isAlone && (cgroup === undefined || !existsSync(cgroup)),
			idle: () => {
				this.#current = undefined;
			},
			close: () => {
				process.off("disconnect", this.#parentLost);
				process.disconnect?.();
			},
			start: async () => {
				cgroup = this.#makeCgroup(work);
				return await start({ task, c: this.#c, terminal: this.#terminal, cgroup });
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

	/** True where this process has no child any more. */
	get #isAlone(): boolean {
		reapAdopted(this.#c, undefined);
		return !this.#c.hasChildren();
	}

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

interface Starting {
	readonly task: SupervisorTask;
	readonly c: Libc;
	readonly terminal: Terminal | undefined;
	readonly cgroup: string | undefined;
}

async function start({ task, c, terminal, cgroup }: Starting): Promise<Started> {
	const launch: Launch = {
		supervisor: process.pid,
		path: task.path,
		cgroup,
		terminal: terminal === undefined ? undefined : terminal.isOurs ? "foreground" : "background",
	};
	const work = startWork(launch, task);
	if (cgroup !== undefined) hastenNextMove(dirname(cgroup));
	const group = work.pid;
	if (launch.terminal === "foreground") terminal?.wasLent();
	const tree = new TreeContainment({
		root: process.pid,
		group: () => group,
		childless: () => {
			reapAdopted(c, group);
			return !c.hasChildren();
		},
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

/**
 * Reaps orphans that were adopted and have ended; the work itself is the runtime's to reap, and hides those behind it
 * until then.
 */
function reapAdopted(c: Libc, work: number | undefined): void {
	for (let ended = c.endedChild(); ended !== undefined && ended !== work; ended = c.endedChild()) c.reap(ended);
}

/** Called when a child has ended, or was stopped. */
function afterChildren(supervisor: Supervisor | undefined, c: Libc): void {
	const workPid = supervisor?.workPid;
	reapAdopted(c, workPid);
	const signal = workPid === undefined ? undefined : c.stoppedBy(workPid);
	if (signal !== undefined) supervisor?.stopped(signal);
}
