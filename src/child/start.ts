import { spawn } from "node:child_process";
import { Fault } from "../base/fault.ts";
import { noteOpen } from "../base/open.ts";
import type { Guardable } from "../locks/guard.ts";
import { type Ended, KEEPER, type Order, type Report } from "./messages.ts";
import { toShared } from "./shared-clock.ts";

/** What runs under a keeper. It starts with the first `until`. */
export interface Child extends Guardable<Ended> {
	/** Sends a signal to its whole group. */
	signal(signal: NodeJS.Signals): void;
	/** `signal` to its group now, KILL after `graceMs`. */
	end(signal: NodeJS.Signals, graceMs: number): void;
}

export interface ChildOptions {
	/** Program and arguments; no shell. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** After a loss it gets TERM, and KILL so many ms later; 0 is KILL at once. */
	readonly lossGraceMs: number;
}

/**
 * Starts a keeper for a child that reads and writes where tangles does. `ended` rejects with a fault of kind "usage" where
 * the program cannot be started.
 */
export function startChild({ command, env, lossGraceMs }: ChildOptions): Child {
	// A session of its own: what a terminal sends to tangles must not reach it.
	const keeper = spawn(process.execPath, [KEEPER, ...command], {
		stdio: ["inherit", "inherit", "inherit", "ipc"],
		detached: true,
		env: { ...env },
	});
	const forget = noteOpen(`child ${command[0]}`);
	const { promise, resolve, reject } = Promise.withResolvers<Ended>();
	let group: number | undefined;
	let result: (() => void) | undefined;
	let ready = false;
	const waiting: Order[] = [];
	const order = (what: Order) => {
		if (!ready) waiting.push(what);
		else if (keeper.connected) keeper.send(what);
	};
	keeper.on("message", (report: Report) => {
		if (report.is === "ready") {
			ready = true;
			for (const what of waiting.splice(0)) order(what);
		} else if (report.is === "started") group = report.pid;
		else if (report.is === "failed") {
			const why = report.message;
			result = () => reject(new Fault("usage", `${command[0]} cannot be started: ${why}`));
		} else result = () => resolve(report);
	});
	keeper.on("error", reject);
	keeper.on("close", (code, signal) => {
		forget();
		if (result !== undefined) return result();
		// Nobody keeps the group any more.
		if (group !== undefined) killGroup(group);
		reject(new Error(`the keeper of ${command[0]} ended by itself (${signal ?? code})`));
	});
	return {
		ended: promise,
		until: ({ freezeAt, lostAt }) => order({ do: "until", freezeAt: toShared(freezeAt), killAt: toShared(lostAt) }),
		stop: () => order({ do: "end", signal: "SIGTERM", graceMs: lossGraceMs }),
		signal: (signal) => order({ do: "signal", signal }),
		end: (signal, graceMs) => order({ do: "end", signal, graceMs }),
	};
}

function killGroup(group: number): void {
	try {
		process.kill(-group, "SIGKILL");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}
