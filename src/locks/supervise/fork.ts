import { cc, ptr } from "bun:ffi";
import { constants } from "node:os";
import source from "./fork.c" with { type: "text" };
import type { Libc } from "./libc.ts";

/** In the order of `struct library`. */
const FUNCTIONS = [
	"syscall",
	"fork",
	"pipe2",
	"prctl",
	"getppid",
	"setsid",
	"setpgid",
	"getpid",
	"tcsetpgrp",
	"signal",
	"sigprocmask",
	"open",
	"read",
	"write",
	"dup2",
	"close",
	"fcntl",
	"execve",
	"_exit",
	"__errno_location",
] as const;

/** In the order of `place` in `struct plan`. */
const PLACES = ["own session", "background", "foreground"] as const;
const SHELL = "/bin/sh";

/** How the work is to be started. */
export interface ForkPlan {
	/** The program's file. */
	readonly path: string;
	/** The program's name and its arguments. */
	readonly words: readonly string[];
	/** True where /bin/sh runs the file if the kernel does not know what it is, as execvp(3) has it. */
	readonly mayBeScript: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The cgroup to be in. */
	readonly cgroup?: string | undefined;
	/** What becomes stdin, stdout, stderr. */
	readonly streams: readonly [number, number, number];
	/** A group of its own in the terminal's session, its foreground group or not; or a session without a terminal. */
	readonly place: (typeof PLACES)[number];
}

export interface Forked {
	readonly pid: number;
	/** What the child reports, for `reportsIn`, until it is the program or has ended; the caller closes it. */
	readonly status: number;
}

/**
 * Starts the work, and returns once that is in its group. Throws the system's error (`code` EAGAIN, ENOMEM, EMFILE)
 * where there can be no further process.
 */
export type Fork = (plan: ForkPlan) => Forked;

/** What `become_work` reports beside its first word, which `start_work` takes. */
export interface LaunchReport {
	readonly what: "not in cgroup" | "not executed";
	readonly errno: number;
}

/**
 * Compiles `fork.c`, in some 2 ms, and gives its function.
 *
 * The compiler would put headers into a folder for temporary files that others may share: a supervisor is started with
 * a BUN_TMPDIR that is no folder, and needs none.
 */
export function compileFork(c: Libc): Fork {
	// A pipe, and no file: how large files may become can be limited, to nothing too.
	const text = c.pipeWith(source);
	const { symbols } = cc({
		source: `/proc/self/fd/${text}`,
		// The development files of the C library are not there on most hosts.
		flags: ["-nostdlib"],
		symbols: { start_work: { args: ["ptr", "ptr"], returns: "int" } },
	});
	c.close(text);
	const library = BigUint64Array.from(FUNCTIONS, (name) => c.addressOf(name));
	return (plan) => {
		const kept: Uint8Array[] = [];
		const words = planWords(plan, kept);
		const pid = symbols.start_work(library, words);
		// Read after the call, so that what C points at lives until then.
		if (kept.length === 0) throw new Error("a plan without words");
		if (pid < 0) throw systemError(-pid);
		return { pid, status: Number(words.at(-1)) };
	};
}

/** `struct plan`; `kept` takes what it points at. */
function planWords(plan: ForkPlan, kept: Uint8Array[]): BigUint64Array {
	const point = (bytes: Uint8Array): bigint => {
		kept.push(bytes);
		return BigInt(ptr(bytes));
	};
	const text = (value: string) => point(Buffer.from(`${value}\0`));
	const table = (values: readonly string[]) =>
		point(new Uint8Array(BigUint64Array.from([...values.map(text), 0n]).buffer));
	const environment = Object.entries(plan.env).flatMap(([name, value]) =>
		value === undefined ? [] : `${name}=${value}`,
	);
	return BigUint64Array.from([
		text(plan.path),
		table(plan.words),
		plan.mayBeScript ? table([SHELL, plan.path, ...plan.words.slice(1)]) : 0n,
		table(environment),
		plan.cgroup === undefined ? 0n : text(plan.cgroup),
		BigInt(process.pid),
		BigInt(PLACES.indexOf(plan.place)),
		...plan.streams.map(BigInt),
		0n,
	]);
}

/** The reports in all that was read from a child's status. */
export function reportsIn(bytes: Uint8Array): LaunchReport[] {
	const numbers = new Int32Array(bytes.slice().buffer);
	const reports: LaunchReport[] = [];
	for (let at = 0; at + 1 < numbers.length; at += 2) {
		reports.push({ what: numbers[at] === 1 ? "not in cgroup" : "not executed", errno: numbers[at + 1] ?? 0 });
	}
	return reports;
}

/** errno's name, such as ENOENT. */
export function errnoName(errno: number): string {
	return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
}

function systemError(errno: number): NodeJS.ErrnoException {
	const code = errnoName(errno);
	return Object.assign(new Error(code), { code });
}
