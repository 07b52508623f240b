import { readFileSync } from "node:fs";
import { Fault } from "./fault.ts";

/** Below so many open files no run can be relied on: the runtime, three servers, and one child with its pipes. */
export const FEWEST_FILES = 32;
/**
 * The same for processes and threads, all of the user's counted: the runtime's own threads, those of a supervisor and
 * of a child.
 */
const FEWEST_PROCESSES = 64;

/**
 * Of the stack, in KiB: with 128 the runtime ends before a line of ours, with 192 parts of it fail in odd ways, such as
 * addresses that count as malformed; 256 is enough for a whole run.
 */
const SMALLEST_STACK = 512;

type Limit = "open files" | "processes" | "address space" | "stack size";

/**
 * This process's soft limit: a number (of bytes, for address space and stack), or undefined for none. getrlimit(2), read by
 * proc(5). Throws what reading it throws.
 */
export function hostLimit(name: Limit): number | undefined {
	const [, value = "unlimited"] =
		new RegExp(`^Max ${name}\\s+(\\S+)`, "m").exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
	return value === "unlimited" ? undefined : Number(value);
}

function shown(name: Limit): string {
	try {
		return `the limit is ${hostLimit(name) ?? "the host's own"}`;
	} catch {
		// At the limit even this file may not be opened.
		return "the limit is reached";
	}
}

interface HostError {
	readonly code: string;
	readonly syscall: string;
}

/** The first error of the host in the chain of causes. */
function hostErrorOf(error: unknown): HostError | undefined {
	for (let at = error; at instanceof Error; at = at.cause) {
		if ("code" in at && typeof at.code === "string") {
			return { code: at.code, syscall: "syscall" in at ? String(at.syscall) : at.message };
		}
	}
	return undefined;
}

/**
 * The Fault "unreachable" for an error that says a limit of the host is reached: files or processes of this process and
 * user, or memory. It names the limit and how to raise it. Undefined for every other error.
 */
export function limitFault(error: unknown): Fault | undefined {
	const found = hostErrorOf(error);
	if (found === undefined) return undefined;
	const fault = (what: string, hint: string) =>
		new Fault("unreachable", `this host lets tangles ${what}`, { hint, cause: error });
	switch (found.code) {
		case "EMFILE":
			return fault(`open no more files: ${shown("open files")}`, "raise it: ulimit -n, or LimitNOFILE= in a unit");
		case "ENFILE":
			return fault("open no more files: the whole host's table is full", "raise the sysctl fs.file-max");
		case "ENOMEM":
			return fault(`have no more memory: ${shown("address space")}`, "raise it: ulimit -v, or MemoryMax= in a unit");
		case "EAGAIN":
			if (!/spawn|fork|clone|thread/.test(found.syscall)) return undefined;
			return fault(
				`start no more processes: ${shown("processes")}`,
				"raise it: ulimit -u, or LimitNPROC= and TasksMax= in a unit",
			);
		default:
			return undefined;
	}
}

/**
 * Throws a Fault "unreachable" where this host allows too little for any run to be relied on. Told before the run,
 * since it shows in odd ways: past the limit on files the runtime calls servers unreachable, past that on processes it
 * cannot start its threads, and aborts or hangs.
 */
export function checkHostLimits(): void {
	let files: number | undefined;
	let processes: number | undefined;
	let stack: number | undefined;
	try {
		files = hostLimit("open files");
		processes = hostLimit("processes");
		stack = hostLimit("stack size");
	} catch (error) {
		const limited = limitFault(error);
		if (limited !== undefined) throw limited;
		// A limit that the system does not name counts as high enough.
		return;
	}
	const check = (most: number | undefined, least: number, what: string, hint: string) => {
		if (most === undefined || most >= least) return;
		throw new Fault("unreachable", `this host lets tangles ${what} ${most} at a time; at least ${least} are needed`, {
			hint,
		});
	};
	check(files, FEWEST_FILES, "have open files:", "raise the limit: ulimit -n, or LimitNOFILE= in a unit");
	const kib = Math.floor((stack ?? Number.POSITIVE_INFINITY) / 1024);
	if (kib < SMALLEST_STACK) {
		const hint = "raise the limit: ulimit -s, or LimitSTACK= in a unit";
		throw new Fault("unreachable", `this host lets tangles have ${kib} KiB of stack; ${SMALLEST_STACK} are needed`, {
			hint,
		});
	}
	// The superuser is not held to it. setrlimit(2)
	if (process.getuid?.() === 0) return;
	check(
		processes,
		FEWEST_PROCESSES,
		"have processes and threads:",
		"raise the limit: ulimit -u, or LimitNPROC= in a unit",
	);
}

/**
 * How many may run at a time, at least one and at most `wanted`, where each has `filesEach` files open beside the
 * `FEWEST_FILES` of a run with one.
 */
export function mostAtOnce(wanted: number, filesEach: number): number {
	const most = hostLimit("open files") ?? Number.POSITIVE_INFINITY;
	return Math.max(1, Math.min(wanted, 1 + Math.floor((most - FEWEST_FILES) / filesEach)));
}
