import { type Pointer, read as peek, ptr } from "bun:ffi";
import { cLibrary } from "../../base/c-library.ts";

const SYMBOLS = {
	prctl: { args: ["int", "u64", "u64", "u64", "u64"], returns: "int" },
	getppid: { args: [], returns: "int" },
	getpgid: { args: ["int"], returns: "int" },
	setpgid: { args: ["int", "int"], returns: "int" },
	tcgetpgrp: { args: ["int"], returns: "int" },
	tcsetpgrp: { args: ["int", "int"], returns: "int" },
	waitpid: { args: ["int", "ptr", "int"], returns: "int" },
	waitid: { args: ["int", "int", "ptr", "int"], returns: "int" },
	signal: { args: ["int", "u64"], returns: "u64" },
	fcntl: { args: ["int", "int", "int"], returns: "int" },
	open: { args: ["ptr", "int", "int"], returns: "int" },
	write: { args: ["int", "ptr", "u64"], returns: "i64" },
	close: { args: ["int"], returns: "int" },
	execv: { args: ["ptr", "ptr"], returns: "int" },
	__errno_location: { args: [], returns: "ptr" },
} as const;

/** prctl(2) */
const PR_SET_PDEATHSIG = 1;
const PR_SET_CHILD_SUBREAPER = 36;
/** wait(2) */
const WNOHANG = 1;
const WSTOPPED = 2;
const WEXITED = 4;
const WNOWAIT = 0x01000000;
const P_ALL = 0;
const P_PID = 1;
/** siginfo_t in words of 4 bytes: signo, errno, code, a gap, pid, uid, status. sigaction(2) */
const SIGINFO_WORDS = 32;
const SI_PID = 4;
const SI_STATUS = 6;
/** open(2) */
const MODES = { write: 1, both: 2 } as const;
/** fcntl(2) */
const F_SETFD = 2;
const FD_CLOEXEC = 1;

/**
 * Calls of the C library that the runtime does not offer. A call that fails throws an `Error` with the number as
 * `errno`.
 */
export interface Libc {
	/** From now on, orphans among this process's descendants become its children. */
	becomeSubreaper(): void;
	/**
	 * The kernel sends `signal` to this process when the thread that started it ends; kept by exec, unless that is
	 * setuid.
	 */
	setParentDeathSignal(signal: number): void;
	parent(): number;
	groupOf(pid: number): number;
	/** Moves `pid` to `group`; 0 is this process, and a group of its own. */
	setGroup(pid: number, group: number): void;
	foregroundOf(terminal: number): number;
	setForeground(terminal: number, group: number): void;
	/** False where this process has no child at all, not even one that has ended and was not reaped. */
	hasChildren(): boolean;
	/** A child that has ended and waits to be reaped, or undefined. */
	endedChild(): number | undefined;
	/** Reaps a child that has ended; false where it is none, or runs. */
	reap(pid: number): boolean;
	/** The signal that has stopped this child since the last call, or undefined. */
	stoppedBy(pid: number): number | undefined;
	/** What the work finds at its start: the default action for each. */
	defaultSignals(signals: readonly number[]): void;
	ignoreSignal(signal: number): void;
	closeOnExec(descriptor: number): void;
	/** Opens a file that exists; gives its descriptor. */
	open(path: string, mode: keyof typeof MODES): number;
	/** Writes `text` at once: for a line to a pipe or to a file of the kernel, which take all of it or nothing. */
	write(descriptor: number, text: string): void;
	close(descriptor: number): void;
	/** Becomes the program at `path`, with this process's environment. Returns the error's number: it failed. */
	exec(path: string, words: readonly string[]): number;
}

let loaded: Libc | undefined;

/** The C library, loaded by the first call. Throws an `Error` where it cannot be loaded under any of its names. */
export function libc(): Libc {
	loaded ??= load();
	return loaded;
}

/** Text as C wants it; kept alive by the caller for as long as it is pointed at. */
const text = (value: string) => Buffer.from(`${value}\0`);

function load(): Libc {
	const c = cLibrary(SYMBOLS);
	const errno = () => peek.i32(c.__errno_location() as Pointer, 0);
	const checked = (call: string, result: number): number => {
		if (result >= 0) return result;
		const number = errno();
		throw Object.assign(new Error(`${call} failed (errno ${number})`), { errno: number });
	};
	const info = new Int32Array(SIGINFO_WORDS);
	return {
		becomeSubreaper: () => void checked("prctl", c.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n)),
		setParentDeathSignal: (signal) => void checked("prctl", c.prctl(PR_SET_PDEATHSIG, BigInt(signal), 0n, 0n, 0n)),
		parent: () => c.getppid(),
		groupOf: (pid) => checked("getpgid", c.getpgid(pid)),
		setGroup: (pid, group) => void checked("setpgid", c.setpgid(pid, group)),
		foregroundOf: (terminal) => checked("tcgetpgrp", c.tcgetpgrp(terminal)),
		setForeground: (terminal, group) => void checked("tcsetpgrp", c.tcsetpgrp(terminal, group)),
		hasChildren: () => c.waitid(P_ALL, 0, ptr(info), WEXITED | WNOHANG | WNOWAIT) === 0,
		endedChild: () => {
			info.fill(0);
			return c.waitid(P_ALL, 0, ptr(info), WEXITED | WNOHANG | WNOWAIT) === 0 ? info[SI_PID] || undefined : undefined;
		},
		reap: (pid) => c.waitpid(pid, null, WNOHANG) === pid,
		stoppedBy: (pid) => {
			info.fill(0);
			if (c.waitid(P_PID, pid, ptr(info), WSTOPPED | WNOHANG) !== 0 || info[SI_PID] === 0) return undefined;
			return info[SI_STATUS];
		},
		defaultSignals: (signals) => {
			for (const signal of signals) c.signal(signal, 0n);
		},
		ignoreSignal: (signal) => void c.signal(signal, 1n),
		closeOnExec: (descriptor) => void checked("fcntl", c.fcntl(descriptor, F_SETFD, FD_CLOEXEC)),
		open: (path, mode) => checked("open", c.open(ptr(text(path)), MODES[mode], 0)),
		write: (descriptor, line) => {
			const bytes = Buffer.from(line);
			checked("write", Number(c.write(descriptor, ptr(bytes), BigInt(bytes.length))));
		},
		close: (descriptor) => void checked("close", c.close(descriptor)),
		exec: (path, words) => {
			const kept = words.map(text);
			const argv = new BigUint64Array([...kept.map((word) => BigInt(ptr(word))), 0n]);
			c.execv(ptr(text(path)), ptr(argv));
			return errno();
		},
	};
}
