import { spawn } from "node:child_process";
import { once } from "node:events";
import { Fault } from "../../base/fault.ts";
import { noteOpen } from "../../base/open.ts";
import { OWN_BINARY } from "../../base/own-binary.ts";
import { toShared } from "../../base/shared-clock.ts";
import type { Guardable } from "../guard.ts";
import { type Ended, KEEPER, type Order, type Report } from "./messages.ts";
import { type ChildPipes, connectPipes } from "./pipes.ts";

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
	/** Without it the child reads and writes where tangles does. */
	readonly pipes?: ChildPipes;
}

/** Starts a keeper for a child. `ended` rejects with a fault of kind "usage" where the program cannot be started. */
export function startChild({ command, env, lossGraceMs, pipes }: ChildOptions): Child {
	const stdio = pipes === undefined ? "inherit" : "pipe";
	// A session of its own: what a terminal sends to tangles must not reach it.
	const keeper = spawn(OWN_BINARY, [KEEPER, ...command], {
		stdio: [stdio, stdio, stdio, "ipc"],
		detached: true,
		argv0: "tangles",
		env: { ...env },
	});
	const forget = noteOpen(`child ${command[0]}`);
	let group: number | undefined;
	let result: Exclude<Report, { readonly is: "ready" | "started" }> | undefined;
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
		else result = report;
	});
	const closed = new Promise<void>((resolve) => keeper.once("disconnect", resolve));
	const exited = once(keeper, "exit");
	const drained = pipes === undefined ? Promise.resolve() : connectPipes(keeper, pipes, exited);
	const end = async (): Promise<Ended> => {
		try {
			const [code, signal] = await exited;
			await Promise.all([closed, drained]);
			if (result?.is === "ended") return result;
			if (result !== undefined) throw new Fault("usage", `${command[0]} cannot be started: ${result.message}`);
			// Nobody keeps the group any more.
			if (group !== undefined) killGroup(group);
			throw new Error(`the keeper of ${command[0]} ended by itself (${signal ?? code})`);
		} finally {
			forget();
		}
	};
	return {
		ended: end(),
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
