import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import type { Libc } from "./libc.ts";
import { readProcess } from "./process-tree.ts";

/** The terminal of this process's session, opened; undefined where it has none. */
export function openTerminal(): number | undefined {
	try {
		return openSync("/dev/tty", "r+");
	} catch {
		// No controlling terminal: cron, a unit, `setsid`.
		return undefined;
	}
}

/** True where this process has a terminal: work that it starts can have it too. */
export function hasTerminal(): boolean {
	const terminal = openTerminal();
	if (terminal === undefined) return false;
	closeSync(terminal);
	return true;
}

/**
 * The terminal as the supervisor hands it on: tangles' group has it, then the work's group, as a shell with job control
 * does it for each job. tcsetpgrp(3).
 *
 *    tangles' --lend--> the work's --takeBack (stopped, or ended)--> tangles' --lend (resumed)--> ...
 */
export class Terminal {
	readonly #descriptor: number;
	readonly #libc: Libc;
	readonly #tangles: number;
	#lent = false;

	/** Leaves tangles' group at once: what the terminal sends to that must not reach the supervisor. */
	constructor(descriptor: number, libc: Libc) {
		this.#descriptor = descriptor;
		this.#libc = libc;
		this.#tangles = libc.groupOf(libc.parent());
		libc.setGroup(0, 0);
		libc.ignoreSignal(constants.signals.SIGTTOU);
	}

	/** True where tangles' group is in the foreground; not so where it was started with `&`. */
	get isOurs(): boolean {
		return this.#libc.foregroundOf(this.#descriptor) === this.#tangles;
	}

	/** Where it is ours to give. */
	lend(group: number): void {
		if (!this.isOurs) return;
		this.#libc.setForeground(this.#descriptor, group);
		this.#lent = true;
	}

	/** The work has taken it by itself, at its start. */
	wasLent(): void {
		this.#lent = true;
	}

	/** Only what was lent: the shell may have given it to another job meanwhile. */
	takeBack(): void {
		if (!this.#lent) return;
		this.#lent = false;
		const shell = readProcess(readProcess(this.#libc.parent())?.parent ?? 0)?.group;
		try {
			const holder = this.#libc.foregroundOf(this.#descriptor);
			if (holder !== shell && holder !== this.#tangles) this.#libc.setForeground(this.#descriptor, this.#tangles);
		} catch {
			// The terminal has gone, or tangles with its group: the shell takes back by itself what its job had.
		}
	}
}
