import { spawn } from "node:child_process";
import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { noteOpen } from "../../base/open.ts";
import { OWN_BINARY } from "../../base/own-binary.ts";
import { toShared } from "../../base/shared-clock.ts";
import type { Supervised } from "../guard.ts";
import { adoptOrphans } from "./adopt.ts";
import { LAYERS } from "./containment.ts";
import { stopWithTheWork, whenContinued } from "./job-control.ts";
import { type Ended, type Order, type Report, SUPERVISOR, type SupervisorTask } from "./messages.ts";
import { type ChildPipes, connectPipes } from "./pipes.ts";
import { findProgram, startFault } from "./program.ts";
import { SecondWatch } from "./second-watch.ts";
import { hasTerminal } from "./terminal.ts";

/** What runs under a supervisor. It starts with the first `until`. */
export interface Child extends Supervised<Ended> {
	/** Sends a signal to its whole group. */
	signal(signal: NodeJS.Signals): void;
	/** `signal` to all of it now, KILL after `graceMs`. */
	end(signal: NodeJS.Signals, graceMs: number): void;
}

export interface ChildOptions {
	/** Program and arguments; no shell. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** After a loss it gets TERM, and KILL so many ms later; 0 is KILL at once. */
	readonly lossGraceMs: number;
	/** Without it the child reads and writes where tangles does, and shares its terminal. */
	readonly pipes?: ChildPipes;
	readonly log: Log;
}

/** How the work ended: by the supervisor's final report, or because tangles itself took over. */
type Ending =
	| Extract<Report, { readonly is: "failed" | "ended" }>
	| { readonly is: "took over"; readonly why: string; readonly refused: string | undefined };

/** The supervisors that are alive: the processes below one belong to its work. */
const supervisors = new Set<number>();

/**
 * Starts a supervisor for a child. Throws a Fault "usage" where there is no such program. `ended` rejects with a fault
 * of kind "usage" where it cannot be started, "unreachable" where the host has no room for another process, and "lost"
 * where the supervisor was killed or stopped, or where something of the work did not let itself be ended.
 */
export function startChild({ command, env, lossGraceMs, pipes, log }: ChildOptions): Child {
	const [program = ""] = command;
	const path = findProgram(program, env.PATH ?? "");
	const terminal = pipes === undefined && hasTerminal();
	const task: SupervisorTask = { path, terminal };
	const stdio = pipes === undefined ? "inherit" : "pipe";
	const supervisor = spawn(OWN_BINARY, [SUPERVISOR, JSON.stringify(task), ...command], {
		// The fifth is its log for when tangles has ended.
		stdio: [stdio, stdio, stdio, "ipc", 2],
		// Off a terminal a session of its own: what is sent to tangles' group must not reach it.
		detached: !terminal,
		argv0: "tangles",
		env: { ...env },
	});
	const { pid } = supervisor;
	if (pid !== undefined) supervisors.add(pid);
	const last = Promise.withResolvers<Ending>();
	const refused = (who: string) => {
		const lock = "kept until it ends, an hour at most";
		log.error(`the work cannot be ended, because it runs as somebody else: process ${who}`, { lock });
	};
	const watch = new SecondWatch({
		supervisor: pid ?? 0,
		supervisors,
		log,
		refused,
		done: (why, who) => last.resolve({ is: "took over", why, refused: who }),
	});
	let ready = false;
	const waiting: Order[] = [];
	const order = (what: Order) => {
		if (!ready) waiting.push(what);
		else if (supervisor.connected) supervisor.send(what);
	};
	const take = (report: Report): void => {
		switch (report.is) {
			case "ready":
				ready = true;
				for (const what of waiting.splice(0)) order(what);
				break;
			case "started":
				watch.started(report.handle);
				if (report.handle.layer !== "cgroup" || process.pid === 1) adoptOrphans((child) => supervisors.has(child));
				log.debug(`the work runs in ${LAYERS[report.handle.layer]}`, { pid: report.pid });
				break;
			case "until":
				watch.confirmed(report.freezeAt, report.killAt);
				break;
			case "frozen":
				watch.frozen();
				break;
			case "refused":
				watch.waits();
				refused(report.who);
				break;
			case "unsent":
				log.warn(`${report.signal} was not handed on: the work runs as somebody else`, { pid: report.pid });
				break;
			case "swept":
				log.warn(`killed what an earlier run on this host had left running: process ${report.who}`);
				break;
			case "left":
				log.warn(`${program} has ended and left something running, which is killed now: process ${report.who}`);
				break;
			case "stopped":
				stopWithTheWork(report.signal, log);
				break;
			case "broken":
				last.reject(new Error(`the supervisor failed: ${report.message}`));
				break;
			case "failed":
			case "ended":
				last.resolve(report);
				break;
		}
	};
	supervisor.on("message", take);
	const closed = new Promise<void>((resolve) => supervisor.once("disconnect", resolve));
	const exited = new Promise<void>((resolve) => {
		supervisor.once("error", (error) => {
			last.reject(startFault(program, path, error));
			resolve();
		});
		supervisor.once("exit", (code, signal) => {
			if (pid !== undefined) supervisors.delete(pid);
			resolve();
			// Its final report may still be on the way.
			void closed.then(() => watch.lost(signal === null ? `ended with ${code}` : `was killed by ${signal}`));
		});
	});
	const drained = pipes === undefined ? Promise.resolve() : connectPipes(supervisor, pipes, exited);
	const forget = noteOpen(`child ${program}`);
	const offContinued = terminal ? whenContinued(() => order({ do: "resume" })) : () => {};
	const ended = async (): Promise<Ended> => {
		try {
			const ending = await last.promise;
			watch.end();
			// A stopped supervisor would stay for ever.
			if (ending.is === "took over") supervisor.kill("SIGKILL");
			await Promise.all([exited, drained]);
			return endOf(ending, program, path);
		} finally {
			watch.end();
			offContinued();
			forget();
		}
	};
	const end = (signal: NodeJS.Signals, graceMs: number) => {
		watch.endsWithin(graceMs);
		order({ do: "end", signal, graceMs });
	};
	return {
		ended: ended(),
		until: ({ freezeAt, expiresAt }) =>
			order({ do: "until", freezeAt: toShared(freezeAt), killAt: toShared(expiresAt) }),
		stop: () => end("SIGTERM", lossGraceMs),
		signal: (signal) => order({ do: "signal", signal }),
		end,
	};
}

/** The ending as a result; throws the fault that it stands for. */
function endOf(ending: Ending, program: string, path: string): Ended {
	if (ending.is === "failed") throw startFault(program, path, { code: ending.errno });
	if (ending.refused !== undefined) {
		const hint = "nothing is recorded; see that it has ended before the work is done again";
		const why = `${program} could not be ended, because it runs as somebody else: process ${ending.refused}`;
		throw new Fault("lost", why, { hint });
	}
	if (ending.is === "ended") return ending;
	throw new Fault("lost", `the supervisor of ${program} ${ending.why}: the work was killed, nothing is recorded`);
}
