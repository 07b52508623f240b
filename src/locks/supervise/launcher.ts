import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../base/fault.ts";
import { type Libc, libc } from "./libc.ts";
import { type Launch, type LaunchFault, STATUS_FD } from "./messages.ts";
import { isBinary } from "./program.ts";

/** Signals that Bun or this role ignores; the work starts with their default actions. */
const OWN_SIGNALS = [constants.signals.SIGPIPE, constants.signals.SIGXFSZ, constants.signals.SIGTTOU];
/** execve(2) for a file that has no `#!` and is no binary. */
const { ENOEXEC } = constants.errno;
const SHELL = "/bin/sh";

/**
 * Becomes the work: this is what runs between fork and exec. The parent-death signal comes first, because it has no
 * effect on a parent that has ended before; the parent's pid shows such an end. Returns only where the work could not
 * be started, after it has reported why.
 */
export function launch(how: Launch, words: readonly string[]): void {
	try {
		become(how, words);
	} catch (error) {
		say({ is: "broken", why: messageOf(error) });
	}
}

function become({ supervisor, path, cgroup, terminal }: Launch, words: readonly string[]): void {
	const c = libc();
	c.setParentDeathSignal(constants.signals.SIGKILL);
	if (c.parent() !== supervisor) return;
	c.closeOnExec(STATUS_FD);
	if (cgroup !== undefined) joinCgroup(cgroup);
	if (terminal !== undefined) enterTerminal(c, terminal);
	c.defaultSignals(OWN_SIGNALS);
	let errno = c.exec(path, words);
	// As execvp(3) does: a script without an interpreter's name is the shell's; but not a program of another machine.
	if (errno === ENOEXEC && !isBinary(path)) errno = c.exec(SHELL, [SHELL, path, ...words.slice(1)]);
	say({ is: "exec", errno });
}

function joinCgroup(cgroup: string): void {
	try {
		writeFileSync(join(cgroup, "cgroup.procs"), "0");
	} catch (error) {
		say({ is: "cgroup", why: (error as Error).message });
	}
}

/** A group of its own in the terminal's session, as a shell with job control gives each job. */
function enterTerminal(c: Libc, place: "foreground" | "background"): void {
	c.setGroup(0, 0);
	if (place === "background") return;
	// To give the terminal away from the background is a reason to be stopped, unless that signal is ignored.
	c.ignoreSignal(constants.signals.SIGTTOU);
	const terminal = openSync("/dev/tty", "r+");
	c.setForeground(terminal, process.pid);
	closeSync(terminal);
}

function say(fault: LaunchFault): void {
	writeSync(STATUS_FD, `${JSON.stringify(fault)}\n`);
}
