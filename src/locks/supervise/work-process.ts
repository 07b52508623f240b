import { closeSync } from "node:fs";
import { constants } from "node:os";
import { OWN_BINARY } from "../../base/own-binary.ts";
import { LAUNCHER, type Launch, type LaunchFault, STATUS_FD, type SupervisorTask, streamsOfSet } from "./messages.ts";

/** The supervisor's stdin, stdout, stderr. */
const OWN_STREAMS = [0, 1, 2] as const;

/** How a process ended, as `ChildProcess` says it. */
export interface Exit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
}

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

/** errno's name, such as ENOENT. */
export function errnoName(errno: number): string {
	return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
}

/**
 * Starts the work by way of a launcher. Throws the system's error (`code` EAGAIN, ENOMEM, EMFILE, E2BIG) where that
 * fails. The runtime's own spawn: node:child_process loads sockets and streams, which takes longer than the rest of a
 * supervisor's start.
 */
export function startWork(launch: Launch, { words, env: given, set }: SupervisorTask): WorkProcess {
	const { NODE_CHANNEL_FD: _, NODE_CHANNEL_SERIALIZATION_MODE: __, ...env } = given;
	const { promise: ended, resolve } = Promise.withResolvers<Exit>();
	const streams = set === undefined ? OWN_STREAMS : streamsOfSet(set);
	try {
		const { pid, stdio } = Bun.spawn([OWN_BINARY, LAUNCHER, JSON.stringify(launch), ...words], {
			stdio: [...streams, "pipe"],
			// Off a terminal a session of its own: no terminal can be opened by it, and none sends it anything.
			detached: launch.terminal === undefined,
			env,
			onExit: (_, code, signal) => resolve({ code, signal: signal as NodeJS.Signals | null }),
		});
		const status = stdio[STATUS_FD];
		if (typeof status !== "number") throw new Error("a launcher without a status descriptor");
		return { pid, ended, launched: outcome(status) };
	} finally {
		// Kept open here, the streams would not end with the work.
		if (set !== undefined) for (const descriptor of streams) closeSync(descriptor);
	}
}

/** The status descriptor, which is the caller's to close, ends with exec, or with the launcher. */
async function outcome(status: number): Promise<LaunchOutcome> {
	const text = await Bun.file(status).text();
	closeSync(status);
	const faults: LaunchFault[] = text
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line));
	const broken = faults.find((fault) => fault.is === "broken");
	if (broken !== undefined) throw new Error(`the launcher failed: ${broken.why}`);
	const outside = faults.some(({ is }) => is === "cgroup");
	const failed = faults.find((fault) => fault.is === "exec");
	return { outside, ...(failed === undefined ? {} : { errno: errnoName(failed.errno) }) };
}
