import { readdirSync, readFileSync } from "node:fs";

/** A process as /proc shows it. */
export interface Process {
	readonly pid: number;
	readonly parent: number;
	readonly group: number;
	/** proc(5): `T` stopped, `t` stopped by its tracer, `Z` ended and not reaped, ... */
	readonly state: string;
	/** Clock ticks since the host's start: distinguishes a process from a later one with the same pid. */
	readonly startedAt: number;
	/** Its program's name, at most 15 bytes. */
	readonly name: string;
}

/** The process, or undefined where there is none. /proc/PID/stat: proc(5). */
export function readProcess(pid: number): Process | undefined {
	let stat: string;
	try {
		stat = readFileSync(`/proc/${pid}/stat`, "latin1");
	} catch {
		// It has ended, or /proc hides the processes of other users.
		return undefined;
	}
	// The name stands in parentheses, and may hold some itself.
	const end = stat.lastIndexOf(")");
	const [state = "", parent, group, ...rest] = stat.slice(end + 2).split(" ");
	const name = stat.slice(stat.indexOf("(") + 1, end);
	return { pid, parent: Number(parent), group: Number(group), state, startedAt: Number(rest[16]), name };
}

/** True while that very process lives: neither ended nor replaced by another one of the same pid. */
export function livesStill({ pid, startedAt }: Pick<Process, "pid" | "startedAt">): boolean {
	const now = readProcess(pid);
	return now !== undefined && now.startedAt === startedAt && !hasEnded(now);
}

/** True for what waits to be reaped and runs no more. */
export function hasEnded({ state }: Process): boolean {
	return state === "Z" || state === "X";
}

export function isStopped({ state }: Process): boolean {
	return state === "T" || state === "t";
}

/**
 * All descendants of `root`, parents before their children, zombies too; what stands below one of `except` is left out.
 */
export function descendantsOf(root: number, except: ReadonlySet<number> = new Set()): Process[] {
	const children = new Map<number, Process[]>();
	for (const name of readdirSync("/proc")) {
		const pid = Number(name);
		if (!Number.isInteger(pid)) continue;
		const process = readProcess(pid);
		if (process === undefined) continue;
		const siblings = children.get(process.parent);
		if (siblings === undefined) children.set(process.parent, [process]);
		else siblings.push(process);
	}
	const found: Process[] = [];
	const queue = [root];
	for (const parent of queue) {
		for (const child of children.get(parent) ?? []) {
			if (except.has(child.pid)) continue;
			found.push(child);
			queue.push(child.pid);
		}
	}
	return found;
}

/** Whom a process runs as and what it is, for people: `4711 (sudo, uid 0)`. */
export function describeProcess({ pid, name }: Pick<Process, "pid" | "name">): string {
	try {
		const uid = /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
		return `${pid} (${name}, uid ${uid ?? "unknown"})`;
	} catch {
		return `${pid} (${name})`;
	}
}
