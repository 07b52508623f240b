import { nextState, type StateTable } from "../../base/next-state.ts";
import type { Exit } from "./children.ts";
import type { Containment } from "./containment.ts";
import { Drive, type Goal } from "./drive.ts";
import type { Ended, Order, Report } from "./messages.ts";
import { describeProcess, type Process } from "./process-tree.ts";
import { Refusals } from "./refusals.ts";
import { sendSignal } from "./signals.ts";
import type { SupervisorPorts } from "./supervisor-ports.ts";
import { ValidityTimers } from "./validity-timers.ts";
import type { WorkProcess } from "./work-process.ts";

type State = "waiting" | "running" | "ending" | "over";

const STATES: StateTable<State> = {
	waiting: ["running", "ending"],
	running: ["ending", "over"],
	ending: ["over"],
	over: [],
};

/**
 * The supervisor of one work, in a process of its own between tangles and the work, so that the work is frozen and
 * killed in time even if tangles is killed, stopped or busy. That process serves several works, one after another.
 *
 *    waiting --until--> running (the drive's goal: run <--until / freezeAt--> freeze) --start failed--> over
 *       |                  |
 *       +------------------+--- end, killAt, tangles gone, work's end, a signal refused ---> ending --> over
 *
 * In `ending` everything that was started is killed until nothing is left. A process that refuses to end is reported
 * and waited for, an hour at most.
 */
export class Supervisor {
	readonly #ports: SupervisorPorts;
	readonly #drive: Drive;
	readonly #timers: ValidityTimers;
	#state: State = "waiting";
	#work: WorkProcess | undefined;
	#containment: Containment | undefined;
	#exit: Exit | undefined;
	#failed: string | undefined;
	#killed: Ended["killed"];
	#orphaned = false;
	/** The work has ended by itself, and has left nothing running. */
	#clean = false;
	readonly #refusals: Refusals;
	#grace: ReturnType<typeof setTimeout> | undefined;

	constructor(ports: SupervisorPorts) {
		this.#ports = ports;
		const { remindMs, lingerMs } = ports;
		this.#refusals = new Refusals({ remind: this.#remind, givenUp: () => this.#over(), remindMs, lingerMs });
		this.#drive = new Drive({ settled: this.#settled, refused: this.#wasRefused });
		this.#timers = new ValidityTimers(() => this.#drive.towards("freeze"), this.#timeIsUp);
	}

	#turn(state: State): void {
		this.#state = nextState(STATES, "supervisor", this.#state, state);
	}

	readonly take = (order: Exclude<Order, { readonly do: "start" }>): void => {
		if (this.#state === "over") return;
		if (order.do === "until") this.#until(order.freezeAt, order.killAt);
		else if (order.do === "signal") this.#forward(order.signal);
		else if (order.do === "resume") this.#resume();
		else this.#end(order.signal, order.graceMs);
	};

	/** tangles is gone: the work must end, and the supervisor itself writes to the log. */
	readonly parentLost = (): void => {
		this.#orphaned = true;
		const { who } = this.#refusals;
		if (who !== undefined) this.#remind(who);
		if (this.#state === "over") this.#ports.exit();
		else {
			this.#ports.log("tangles ended before its work did: the work is killed, nothing is recorded");
			this.#kill();
		}
	};

	/** A bug of ours: the work must not run without a supervisor. */
	readonly fail = (error: unknown): void => {
		const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
		this.#ports.send({ is: "broken", message });
		this.#kill();
	};

	/** The work was stopped, but not by this supervisor. */
	readonly stopped = (signal: number): void => {
		if (this.#state !== "running" || this.#drive.goal !== "run") return;
		this.#ports.terminal?.takeBack();
		this.#ports.send({ is: "stopped", signal });
	};

	get workPid(): number | undefined {
		return this.#work?.pid;
	}

	#until(freezeAt: number, killAt: number): void {
		this.#timers.clear();
		this.#ports.send({ is: "until", freezeAt, killAt });
		if (this.#drive.goal === "kill" || !this.#timers.set(freezeAt, killAt)) return;
		if (this.#state === "waiting") void this.#start();
		else this.#drive.towards("run");
	}

	readonly #timeIsUp = (): void => {
		this.#killed ??= "time";
		this.#kill();
	};

	async #start(): Promise<void> {
		this.#turn("running");
		try {
			const { work, contain, meanwhile } = this.#ports.start();
			this.#work = work;
			this.#hold(meanwhile);
			void work.ended.then(this.#workEnded);
			const outcome = await work.launched;
			this.#failed = outcome.errno;
			if (outcome.errno !== undefined) return;
			const { containment, handle } = contain(outcome);
			this.#hold(containment);
			this.#ports.send({ is: "started", pid: work.pid, handle });
		} catch (error) {
			this.#exit = { code: null, signal: null };
			const { code } = error as NodeJS.ErrnoException;
			if (code === undefined) this.fail(error);
			this.#failed = code;
			this.#over();
		}
	}

	#hold(containment: Containment): void {
		this.#containment = containment;
		this.#drive.over(containment);
	}

	readonly #workEnded = async (exit: Exit): Promise<void> => {
		// What kept the work from its start is known before its end.
		await this.#work?.launched.catch(() => undefined);
		this.#exit = exit;
		if (this.#state === "running" && this.#failed === undefined) {
			const left = this.#containment?.members() ?? [];
			this.#clean = left.length === 0;
			if (left.length > 0) this.#ports.send({ is: "left", who: left.map(describeProcess).join(", ") });
		}
		// Processes that the work has left would go on without the lock.
		this.#kill();
	};

	#forward(signal: NodeJS.Signals): void {
		if (this.#work === undefined) return;
		const { pid } = this.#work;
		// A refusal here is no reason to end the work.
		if (sendSignal(-pid, signal) === "refused") this.#ports.send({ is: "unsent", signal, pid });
	}

	#resume(): void {
		const pid = this.#work?.pid;
		if (pid === undefined || this.#drive.goal !== "run") return;
		this.#ports.terminal?.lend(pid);
		sendSignal(-pid, "SIGCONT");
	}

	#end(signal: NodeJS.Signals, graceMs: number): void {
		if (this.#state === "ending") {
			if (graceMs === 0) this.#kill();
			return;
		}
		if (graceMs === 0 || this.#containment === undefined) {
			this.#kill();
			return;
		}
		this.#turn("ending");
		this.#grace = setTimeout(() => {
			this.#killed ??= "grace";
			this.#kill();
		}, graceMs);
		const refused = this.#containment.signalAll(signal);
		if (refused.length > 0) this.#wasRefused(refused);
	}

	#kill(): void {
		if (this.#state === "over") return;
		const started = this.#state !== "waiting";
		if (this.#state !== "ending") this.#turn("ending");
		this.#clear();
		if (started) {
			this.#drive.towards("kill");
			return;
		}
		this.#exit ??= { code: null, signal: "SIGKILL" };
		this.#over();
	}

	readonly #wasRefused = (processes: readonly Process[]): void => {
		if (this.#refusals.add(processes)) this.#kill();
	};

	readonly #remind = (who: string): void => {
		if (this.#orphaned) this.#ports.log(`the work cannot be ended and runs on without its lock: process ${who}`);
		else this.#ports.send({ is: "refused", who });
	};

	readonly #settled = (goal: Goal): void => {
		if (goal === "freeze") this.#ports.send({ is: "frozen" });
		else if (goal === "kill" && this.#exit !== undefined) this.#over();
	};

	#clear(): void {
		this.#timers.clear();
		clearTimeout(this.#grace);
	}

	/** Sends the final report; its process then waits for the next work, or ends. */
	readonly #over = (): void => {
		if (this.#state === "over") return;
		this.#turn("over");
		this.#clear();
		this.#refusals.end();
		this.#drive.stop();
		this.#ports.terminal?.takeBack();
		this.#containment?.remove();
		if (this.#orphaned) this.#ports.exit();
		else this.#leave();
	};

	#leave(): void {
		const stays = this.#clean && this.#refusals.who === undefined && this.#ports.mayStay();
		if (stays) this.#ports.idle();
		this.#ports.send(this.#finalReport(stays), stays ? undefined : this.#ports.close);
	}

	#finalReport(stays: boolean): Report {
		if (this.#failed !== undefined) return { is: "failed", errno: this.#failed };
		const { code, signal } = this.#exit ?? { code: null, signal: null };
		const why = this.#killed === undefined ? {} : { killed: this.#killed };
		const { who } = this.#refusals;
		return { is: "ended", stays, code, signal, ...why, ...(who === undefined ? {} : { refused: who }) };
	}
}
