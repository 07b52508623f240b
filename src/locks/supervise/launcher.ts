import { constants } from "node:os";
import { messageOf } from "../../base/fault.ts";
import { type Libc, libc } from "./libc.ts";
import { type Launch, type LaunchFault, STATUS_FD } from "./messages.ts";

/** Signals that Bun or this role ignores; the work starts with their default actions. */
const OWN_SIGNALS = [constants.signals.SIGPIPE, constants.signals.SIGXFSZ, constants.signals.SIGTTOU];
/** execve(2) for a file that has no `#!` and is no binary. */
const { ENOEXEC } = constants.errno;
const SHELL = "/bin/sh";

/**
 * Becomes the work: this is what runs between fork and exec. The parent-death signal comes first, because it has no
 * effect on a parent that has ended before; the parent's pid shows such an end. Returns only where the work could not
 * be started, after it has reported why. Loads nothing of the runtime's files: that takes a seventh of its time.
 */
export async function launch(how: Launch, words: readonly string[]): Promise<void> {
	const c = libc();
	try {
		await become(c, how, words);
	} catch (error) {
		say(c, { is: "broken", why: messageOf(error) });
	}
}

async function become(
	c: Libc,
	{ supervisor, path, cgroup, terminal }: Launch,
	words: readonly string[],
): Promise<void> {
	c.setParentDeathSignal(constants.signals.SIGKILL);
	if (c.parent() !== supervisor) return;
	c.closeOnExec(STATUS_FD);
	if (cgroup !== undefined) joinCgroup(c, cgroup);
	if (terminal !== undefined) enterTerminal(c, terminal);
	c.defaultSignals(OWN_SIGNALS);
	let errno = c.exec(path, words);
	if (errno === ENOEXEC) {
		const { isBinary } = await import("./program.ts");
		// As execvp(3) does: a script without an interpreter's name is the shell's; but not a program of another machine.
		if (!isBinary(path)) errno = c.exec(SHELL, [SHELL, path, ...words.slice(1)]);
	}
	say(c, { is: "exec", errno });
}

function joinCgroup(c: Libc, cgroup: string): void {
	try {
		const members = c.open(`${cgroup}/cgroup.procs`, "write");
		c.write(members, "0");
		c.close(members);
	} catch (error) {
		say(c, { is: "cgroup", why: messageOf(error) });
	}
}

/** A group of its own in the terminal's session, as a shell with job control gives each job. */
function enterTerminal(c: Libc, place: "foreground" | "background"): void {
	c.setGroup(0, 0);
	if (place === "background") return;
	// To give the terminal away from the background is a reason to be stopped, unless that signal is ignored.
	c.ignoreSignal(constants.signals.SIGTTOU);
	const terminal = c.open("/dev/tty", "both");
	c.setForeground(terminal, process.pid);
	c.close(terminal);
}

function say(c: Libc, fault: LaunchFault): void {
	c.write(STATUS_FD, `${JSON.stringify(fault)}\n`);
}
