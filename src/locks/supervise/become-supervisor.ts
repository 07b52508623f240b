import { writeSync } from "node:fs";
import { CgroupContainment, cgroupParent, makeCgroup, removeCgroup, sweepCgroups } from "./cgroup.ts";
import { type Libc, libc } from "./libc.ts";
import type { Launch, Report, SupervisorTask } from "./messages.ts";
import { describeProcess } from "./process-tree.ts";
import { Supervisor } from "./supervisor.ts";
import type { Started } from "./supervisor-ports.ts";
import { openTerminal, Terminal } from "./terminal.ts";
import { TreeContainment } from "./tree-containment.ts";
import { startWork } from "./work-process.ts";

/** tangles' stderr, also where the work writes elsewhere: see `start.ts`. */
const LOG_FD = 4;
const FOR_OTHERS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Becomes the supervisor of the child that `task` and `words` describe, under the orders that come by the channel to
 * the parent.
 */
export function becomeSupervisor(task: SupervisorTask, words: readonly string[], exit: () => void): void {
	const c = libc();
	c.becomeSubreaper();
	const descriptor = task.terminal ? openTerminal() : undefined;
	const terminal = descriptor === undefined ? undefined : new Terminal(descriptor, c);
	const send = (report: Report, sent?: () => void) => {
		if (process.connected) process.send?.(report, sent ?? (() => {}));
	};
	const supervisor: Supervisor = new Supervisor({
		send,
		log: writeLog,
		exit,
		terminal,
		close: () => {
			process.off("disconnect", supervisor.parentLost);
			process.disconnect?.();
		},
		start: () => start({ path: task.path, words, c, terminal, send }),
	});
	// These signals are for tangles and the work, also where they are sent to every process (a unit that is stopped,
	// `pkill`).
	for (const signal of FOR_OTHERS) process.on(signal, () => {});
	process.on("SIGCHLD", () => afterChildren(supervisor, c));
	process.on("uncaughtException", supervisor.fail);
	process.on("unhandledRejection", supervisor.fail);
	process.on("message", supervisor.take);
	process.on("disconnect", supervisor.parentLost);
	send({ is: "ready" });
}

interface Starting {
	readonly path: string;
	readonly words: readonly string[];
	readonly c: Libc;
	readonly terminal: Terminal | undefined;
	readonly send: (report: Report) => void;
}

async function start({ path, words, c, terminal, send }: Starting): Promise<Started> {
	const cgroup = ownCgroupFor(send);
	const launch: Launch = {
		supervisor: process.pid,
		path,
		cgroup,
		terminal: terminal === undefined ? undefined : terminal.isOurs ? "foreground" : "background",
	};
	const work = await startWork(launch, words);
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

/** A cgroup for the work, made after the remains of earlier runs are removed; undefined where none may be made. */
function ownCgroupFor(send: (report: Report) => void): string | undefined {
	const parent = cgroupParent();
	if (parent === undefined) return undefined;
	const swept = sweepCgroups(parent);
	if (swept.length > 0) send({ is: "swept", who: swept.map(describeProcess).join(", ") });
	return makeCgroup(parent);
}

/**
 * Reaps orphans that were adopted and have ended; the work itself is the runtime's to reap, and hides those behind it
 * until then.
 */
function reapAdopted(c: Libc, work: number | undefined): void {
	for (let ended = c.endedChild(); ended !== undefined && ended !== work; ended = c.endedChild()) c.reap(ended);
}

/** Called when a child has ended, or was stopped. */
function afterChildren(supervisor: Supervisor, c: Libc): void {
	const { workPid } = supervisor;
	reapAdopted(c, workPid);
	const signal = workPid === undefined ? undefined : c.stoppedBy(workPid);
	if (signal !== undefined) supervisor.stopped(signal);
}

function writeLog(line: string): void {
	try {
		writeSync(LOG_FD, `${new Date().toISOString()} error ${line}\n`);
	} catch {
		// The reader of the log has ended too.
	}
}
