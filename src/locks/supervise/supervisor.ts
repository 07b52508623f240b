import { CLOCK_STEP_MS, sharedNow } from "../../base/shared-clock.ts";
import type { Containment } from "./containment.ts";
import { Drive, type Goal } from "./drive.ts";
import type { Ended, Order, Report } from "./messages.ts";
import { describeProcess, type Process } from "./process-tree.ts";
import { Refusals } from "./refusals.ts";
import { sendSignal } from "./signals.ts";
import type { SupervisorPorts } from "./supervisor-ports.ts";
import type { Exit, WorkProcess } from "./work-process.ts";

/**
 * The supervisor of one child: a process of its own between tangles and the work, so that the work is frozen and killed in
 * time whatever becomes of tangles (killed, stopped, busy).
 *
 *    waiting --until--> running <--until / freezeAt--> frozen
 *       |                  |                              |
 *       +------------------+--- end, killAt, tangles gone, work's end, a signal refused ---> ending --> over
 *
 * In `ending` everything that was started is killed until nothing is left; what refuses is told and waited for.
 */
export class Supervisor {
	readonly #ports: SupervisorPorts;
	readonly #drive: Drive;
	#state: "waiting" | "running" | "ending" | "over" = "waiting";
	#work: WorkProcess | undefined;
	#containment: Containment | undefined;
	#exit: Exit | undefined;
	#failed: string | undefined;
	#killed: Ended["killed"];
	#orphaned = false;
	readonly #refusals: Refusals;
	#freezing: ReturnType<typeof setTimeout> | undefined;
	#expiring: ReturnType<typeof setTimeout> | undefined;
	#grace: ReturnType<typeof setTimeout> | undefined;

	constructor(ports: SupervisorPorts) {
		this.#ports = ports;
		const { remindMs, lingerMs } = ports;
		this.#refusals = new Refusals({ remind: this.#remind, givenUp: () => this.#over(), remindMs, lingerMs });
		this.#drive = new Drive({ settled: this.#settled, refused: this.#wasRefused });
	}

	readonly take = (order: Order): void => {
		if (this.#state === "over") return;
		if (order.do === "until") this.#until(order.freezeAt, order.killAt);
		else if (order.do === "signal") this.#forward(order.signal);
		else if (order.do === "resume") this.#resume();
		else this.#end(order.signal, order.graceMs);
	};

	/** tangles is gone: nothing may run on, and nobody else can tell it. */
	readonly parentLost = (): void => {
		this.#orphaned = true;
		const { who } = this.#refusals;
		if (who !== undefined) this.#remind(who);
		if (this.#state === "over") this.#ports.exit();
		else {
			this.#ports.tell("tangles ended before its work did: the work is killed, nothing is recorded");
			this.#kill();
		}
	};

	/** A bug of ours: nothing may run on without us. */
	readonly fail = (error: unknown): void => {
		const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
		this.#ports.send({ is: "broken", message });
		this.#kill();
	};

	/** The work was stopped, by its terminal or by somebody else than us. */
	readonly stopped = (signal: number): void => {
		if (this.#state !== "running" || this.#drive.goal !== "run") return;
		this.#ports.terminal?.takeBack();
		this.#ports.send({ is: "stopped", signal });
	};

	get workPid(): number | undefined {
		return this.#work?.pid;
	}

	#until(freezeAt: number, killAt: number): void {
		// The clock is read rounded down: a step is added, so that what is late by it counts as late.
		const now = sharedNow() + CLOCK_STEP_MS;
		clearTimeout(this.#freezing);
		clearTimeout(this.#expiring);
		this.#ports.send({ is: "until", freezeAt, killAt });
		if (this.#drive.goal === "kill") return;
		if (now >= killAt) {
			this.#timeIsUp();
			return;
		}
		this.#expiring = setTimeout(this.#timeIsUp, killAt - now);
		if (now >= freezeAt) {
			this.#drive.towards("freeze");
			return;
		}
		this.#freezing = setTimeout(() => this.#drive.towards("freeze"), freezeAt - now);
		if (this.#state === "waiting") void this.#start();
		else this.#drive.towards("run");
	}

	readonly #timeIsUp = (): void => {
		this.#killed ??= "time";
		this.#kill();
	};

	async #start(): Promise<void> {
		this.#state = "running";
		try {
			const { work, contain, meanwhile } = await this.#ports.start();
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
		// A launcher that has failed has said why before it ended.
		await this.#work?.launched.catch(() => undefined);
		this.#exit = exit;
		if (this.#state === "running" && this.#failed === undefined) {
			const left = this.#containment?.members() ?? [];
			if (left.length > 0) this.#ports.send({ is: "left", who: left.map(describeProcess).join(", ") });
		}
		// What it left running would work on without the lock.
		this.#kill();
	};

	#forward(signal: NodeJS.Signals): void {
		if (this.#work === undefined) return;
		const { pid } = this.#work;
		// No reason to end: it would not have ended the work either.
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
		this.#state = "ending";
		this.#grace = setTimeout(() => {
			this.#killed ??= "grace";
			this.#kill();
		}, graceMs);
		const refused = this.#containment.signalAll(signal);
		if (refused.length > 0) this.#wasRefused(refused);
	}

	#kill(): void {
		if (this.#state === "over") return;
		const nothing = this.#state === "waiting";
		this.#state = "ending";
		this.#clear();
		if (nothing) {
			this.#exit ??= { code: null, signal: "SIGKILL" };
			this.#over();
			// Work that is being started just now is killed as soon as it is there.
		} else this.#drive.towards("kill");
	}

	readonly #wasRefused = (processes: readonly Process[]): void => {
		if (this.#refusals.add(processes)) this.#kill();
	};

	readonly #remind = (who: string): void => {
		if (this.#orphaned) this.#ports.tell(`the work cannot be ended and runs on without its lock: process ${who}`);
		else this.#ports.send({ is: "refused", who });
	};

	readonly #settled = (goal: Goal): void => {
		if (goal === "freeze") this.#ports.send({ is: "frozen" });
		else if (goal === "kill" && this.#exit !== undefined) this.#over();
	};

	#clear(): void {
		for (const timer of [this.#freezing, this.#expiring, this.#grace]) clearTimeout(timer);
	}

	/** The last word: after it the supervisor ends. */
	readonly #over = (): void => {
		if (this.#state === "over") return;
		this.#state = "over";
		this.#clear();
		this.#refusals.end();
		this.#drive.stop();
		this.#ports.terminal?.takeBack();
		this.#containment?.remove();
		if (this.#orphaned) this.#ports.exit();
		else this.#ports.send(this.#lastWord(), this.#ports.close);
	};

	#lastWord(): Report {
		if (this.#failed !== undefined) return { is: "failed", errno: this.#failed };
		const { code, signal } = this.#exit ?? { code: null, signal: null };
		const why = this.#killed === undefined ? {} : { killed: this.#killed };
		const { who } = this.#refusals;
		return { is: "ended", code, signal, ...why, ...(who === undefined ? {} : { refused: who }) };
	}
}
