import { type Pointer, read as peek, ptr } from "bun:ffi";
import { constants } from "node:os";
import { cLibrary } from "../../base/c-library.ts";
import type { Exit } from "./children.ts";

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
	pipe2: { args: ["ptr", "int"], returns: "int" },
	dlsym: { args: ["ptr", "ptr"], returns: "ptr" },
	write: { args: ["int", "ptr", "u64"], returns: "i64" },
	close: { args: ["int"], returns: "int" },
	__errno_location: { args: [], returns: "ptr" },
} as const;

/** prctl(2) */
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
const SI_CODE = 2;
const SI_PID = 4;
const SI_STATUS = 6;
/** The code where a child has ended by itself; its status is that of `exit`, else the signal's number. sigaction(2) */
const CLD_EXITED = 1;
/** pipe(2) */
const O_CLOEXEC = 0o2000000;

/**
 * Calls of the C library that the runtime does not offer. A call that fails throws an `Error` with the number as
 * `errno`.
 */
export interface Libc {
	/** From now on, orphans among this process's descendants become its children. */
	becomeSubreaper(): void;
	parent(): number;
	groupOf(pid: number): number;
	/** Moves `pid` to `group`; 0 is this process, and a group of its own. */
	setGroup(pid: number, group: number): void;
	foregroundOf(terminal: number): number;
	setForeground(terminal: number, group: number): void;
	/** False where this process has no child at all, not even one that has ended and was not reaped. */
	hasChildren(): boolean;
	/** A child that has ended and waits to be reaped, and how it ended; or undefined. */
	endedChild(): { readonly pid: number; readonly exit: Exit } | undefined;
	/** Reaps a child that has ended; false where it is none, or runs. */
	reap(pid: number): boolean;
	/** The signal that has stopped this child since the last call, or undefined. */
	stoppedBy(pid: number): number | undefined;
	ignoreSignal(signal: number): void;
	/** A pipe that holds `text`, of at most 64 KiB; gives the end to read from. */
	pipeWith(text: string): number;
	close(descriptor: number): void;
	/** Where a function of the C library stands. Throws an `Error` where it has none of that name. */
	addressOf(name: string): bigint;
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
		parent: () => c.getppid(),
		groupOf: (pid) => checked("getpgid", c.getpgid(pid)),
		setGroup: (pid, group) => void checked("setpgid", c.setpgid(pid, group)),
		foregroundOf: (terminal) => checked("tcgetpgrp", c.tcgetpgrp(terminal)),
		setForeground: (terminal, group) => void checked("tcsetpgrp", c.tcsetpgrp(terminal, group)),
		hasChildren: () => c.waitid(P_ALL, 0, ptr(info), WEXITED | WNOHANG | WNOWAIT) === 0,
		endedChild: () => {
			info.fill(0);
			if (c.waitid(P_ALL, 0, ptr(info), WEXITED | WNOHANG | WNOWAIT) !== 0) return undefined;
			const { [SI_PID]: pid = 0, [SI_STATUS]: status = 0, [SI_CODE]: code } = info;
			if (pid === 0) return undefined;
			return {
				pid,
				exit: code === CLD_EXITED ? { code: status, signal: null } : { code: null, signal: signalName(status) },
			};
		},
		reap: (pid) => c.waitpid(pid, null, WNOHANG) === pid,
		stoppedBy: (pid) => {
			info.fill(0);
			if (c.waitid(P_PID, pid, ptr(info), WSTOPPED | WNOHANG) !== 0 || info[SI_PID] === 0) return undefined;
			return info[SI_STATUS];
		},
		ignoreSignal: (signal) => void c.signal(signal, 1n),
		pipeWith: (content) => {
			const ends = new Int32Array(2);
			checked("pipe2", c.pipe2(ptr(ends), O_CLOEXEC));
			const [reader = -1, writer = -1] = ends;
			const bytes = Buffer.from(content);
			checked("write", Number(c.write(writer, ptr(bytes), BigInt(bytes.length))));
			checked("close", c.close(writer));
			return reader;
		},
		close: (descriptor) => void checked("close", c.close(descriptor)),
		addressOf: (name) => {
			const address = c.dlsym(null, ptr(text(name)));
			if (address === null) throw new Error(`the C library has no ${name}`);
			return BigInt(address);
		},
	};
}

function signalName(number: number): NodeJS.Signals {
	const [name] = Object.entries(constants.signals).find(([, each]) => each === number) ?? [];
	return (name ?? `SIGRT${number}`) as NodeJS.Signals;
}
