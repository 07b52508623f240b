import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { nextState, type StateTable } from "../../base/next-state.ts";
import { noteOpen } from "../../base/open.ts";
import { OWN_BINARY } from "../../base/own-binary.ts";
import {
	type Order,
	type OrderMessage,
	type Report,
	type ReportMessage,
	SUPERVISOR,
	type SupervisorSetup,
	type SupervisorTask,
	streamsOf,
	streamsOfSet,
} from "./messages.ts";
import { isStopped, readProcess } from "./process-tree.ts";

type State = "idle" | "working" | "over";

const STATES: StateTable<State> = {
	idle: ["working", "over"],
	working: ["idle", "over"],
	over: [],
};

/** What a work hears of its supervisor. */
export interface WorkListener {
	readonly report: (report: Report) => void;
	/** The supervisor has ended without a final report. */
	readonly lost: (how: string) => void;
	/** It could not be started: the system's error. */
	readonly failed: (error: unknown) => void;
}

/** tangles' ends of a work's streams. */
export interface WorkStreams {
	readonly stdin: Writable;
	readonly stdout: Readable;
	readonly stderr: Readable;
}

/** For the supervisor's own runtime; what the work finds in its environment comes with its order. */
const FOR_ITS_RUNTIME = {
	/** No folder: `compileFork` says why. */
	BUN_TMPDIR: "/dev/null",
	/** A supervisor allocates little: memory that is made ready for more costs a millisecond. */
	BUN_JSC_useWarmUpMarkedBlocks: "0",
};

const alive = new Set<number>();

/** The supervisors of this process that are alive: the processes below one belong to its work. */
export const supervisorPids: ReadonlySet<number> = alive;

/**
 * A supervisor's process, from tangles' side. It holds one work after another, as many as it has sets of streams; where
 * it has none, one work that has tangles' own.
 *
 *    idle --begin--> working --final report: nothing is left--> idle
 *      |                +--final report otherwise, no report, abandoned--> over
 *      +--ended, no set left--> over
 */
export class SupervisorProcess {
	readonly #process: ChildProcess;
	readonly #sets: number;
	/** True where its work shares tangles' terminal. */
	readonly hasTerminal: boolean;
	#state: State = "idle";
	#listener: WorkListener | undefined;
	#ready = false;
	#waiting: OrderMessage[] = [];
	#work = 0;
	/** Resolves once the process has ended. */
	readonly exited: Promise<void>;

	constructor(setup: SupervisorSetup) {
		const { sets, terminal } = setup;
		this.#sets = sets;
		this.hasTerminal = terminal;
		const own = sets === 0 ? "inherit" : "ignore";
		this.#process = spawn(OWN_BINARY, [SUPERVISOR, JSON.stringify(setup)], {
			// The third is its log for when tangles has ended.
			stdio: [own, own, "inherit", "ipc", ...streamsOf(sets).map(() => "pipe" as const)],
			// Off a terminal a session of its own: what is sent to tangles' group must not reach it.
			detached: !terminal,
			env: { ...process.env, ...FOR_ITS_RUNTIME },
			argv0: "tangles",
		});
		const { pid } = this.#process;
		if (pid !== undefined) alive.add(pid);
		const forget = noteOpen(`supervisor ${pid}`);
		this.#process.on("message", this.#take);
		const closed = new Promise<void>((resolve) => this.#process.once("disconnect", resolve));
		this.exited = new Promise<void>((resolve) => {
			this.#process.once("error", (error) => {
				forget();
				this.#end()?.failed(error);
				resolve();
			});
			this.#process.once("exit", (code, signal) => {
				if (pid !== undefined) alive.delete(pid);
				forget();
				resolve();
				// Its final report may still be on the way.
				void closed.then(() => this.#end()?.lost(signal === null ? `ended with ${code}` : `was killed by ${signal}`));
			});
		});
	}

	get pid(): number {
		return this.#process.pid ?? 0;
	}

	/** True where it can be given a work. */
	get isFree(): boolean {
		const { connected, exitCode, signalCode } = this.#process;
		return this.#state === "idle" && connected && exitCode === null && signalCode === null && !this.isStopped;
	}

	get isIdle(): boolean {
		return this.#state === "idle";
	}

	get isStopped(): boolean {
		const process = readProcess(this.pid);
		return process !== undefined && isStopped(process);
	}

	/** Gives it a work: that starts with the first `until` among its orders. */
	begin(task: Omit<SupervisorTask, "set" | "last">, listener: WorkListener): void {
		this.#turn("working");
		this.#work += 1;
		this.#listener = listener;
		const set = this.#sets === 0 ? undefined : this.#work - 1;
		this.order({ do: "start", ...task, set, last: this.#work >= this.#sets });
	}

	/** tangles' ends of the current work's streams; undefined where the work has tangles' own. */
	get streams(): WorkStreams | undefined {
		if (this.#sets === 0) return undefined;
		const [stdin, stdout, stderr] = streamsOfSet(this.#work - 1).map((at) => this.#process.stdio[at]);
		if (stdin == null || stdout == null || stderr == null) throw new Error("a supervisor without streams");
		return { stdin: stdin as Writable, stdout: stdout as Readable, stderr: stderr as Readable };
	}

	/**
	 * An order for the current work. It goes nowhere where the supervisor has ended: tangles itself is ending that work
	 * then, and what refuses to end may take long.
	 */
	order(order: Order): void {
		if (this.#state === "over") return;
		if (this.#state !== "working") throw new Error(`supervisor: no order ${order.do} while ${this.#state}`);
		this.#post({ work: this.#work, order });
	}

	/** Kills it; its work must have been ended before. */
	abandon(): void {
		this.#end();
		this.kill();
	}

	/** Kills the process alone; what becomes of a work is for its listener, who hears of it. */
	kill(): void {
		this.#process.kill("SIGKILL");
	}

	#post(message: OrderMessage): void {
		if (!this.#ready) this.#waiting.push(message);
		else if (this.#process.connected) this.#process.send(message);
	}

	readonly #take = (message: unknown): void => {
		const { work, report } = message as ReportMessage;
		if (report.is === "ready") {
			this.#ready = true;
			for (const each of this.#waiting.splice(0)) this.#post(each);
			return;
		}
		if (this.#state !== "working" || work !== this.#work) return;
		const listener = this.#listener;
		if (report.is === "ended" && report.stays) {
			this.#listener = undefined;
			this.#turn("idle");
		} else if (report.is === "ended" || report.is === "failed") this.#end();
		listener?.report(report);
	};

	/** Gives the listener of the work that it had, if any. */
	#end(): WorkListener | undefined {
		const listener = this.#listener;
		this.#listener = undefined;
		if (this.#state !== "over") this.#turn("over");
		return listener;
	}

	#turn(state: State): void {
		this.#state = nextState(STATES, "supervisor process", this.#state, state);
	}
}
