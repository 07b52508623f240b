import { closeSync } from "node:fs";
import type { Children, Exit } from "./children.ts";
import { errnoName, type Fork, type ForkPlan, reportsIn } from "./fork.ts";
import { type SupervisorTask, streamsOfSet } from "./messages.ts";
import { isBinary } from "./program.ts";

/** The supervisor's stdin, stdout, stderr. */
const OWN_STREAMS = [0, 1, 2] as const;

/** The work, from the moment of its fork on. */
export interface WorkProcess {
	readonly pid: number;
	/** Resolves once the work itself runs, or with what kept it from that. */
	readonly launched: Promise<LaunchOutcome>;
	readonly ended: Promise<Exit>;
}

export interface LaunchOutcome {
	/** errno's name, where the program could not be started. */
	readonly errno?: string;
	/** True where the cgroup could not be entered: the work runs outside of it. */
	readonly outside: boolean;
}

export interface Starting {
	readonly task: SupervisorTask;
	readonly place: ForkPlan["place"];
	readonly cgroup: string | undefined;
	readonly fork: Fork;
	readonly children: Children;
}

/** Starts the work. Throws the system's error (`code` EAGAIN, ENOMEM, EMFILE) where there can be no further process. */
export function startWork({ task, place, cgroup, fork, children }: Starting): WorkProcess {
	const { NODE_CHANNEL_FD: _, NODE_CHANNEL_SERIALIZATION_MODE: __, ...env } = task.env;
	const { path, words, set } = task;
	const streams = set === undefined ? OWN_STREAMS : streamsOfSet(set);
	try {
		const { pid, status } = fork({ path, words, mayBeScript: !isBinary(path), env, cgroup, streams, place });
		return { pid, ended: children.endOf(pid), launched: outcome(status) };
	} finally {
		// Kept open here, the streams would not end with the work.
		if (set !== undefined) for (const descriptor of streams) closeSync(descriptor);
	}
}

/** `status` ends with exec, or with the child. */
async function outcome(status: number): Promise<LaunchOutcome> {
	const reports = reportsIn(await Bun.file(status).bytes());
	closeSync(status);
	const outside = reports.some(({ what }) => what === "not in cgroup");
	const failed = reports.find(({ what }) => what === "not executed");
	return { outside, ...(failed === undefined ? {} : { errno: errnoName(failed.errno) }) };
}
