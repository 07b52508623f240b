import { type ChildProcess, spawn } from "node:child_process";
import { CLOCK_STEP_MS, sharedNow } from "../../base/shared-clock.ts";
import type { Ended, Order, Report } from "./messages.ts";

/**
 * The keeper of one child: a process of its own between tangles and the work, so that the work is frozen and killed in time
 * whatever becomes of tangles (killed, stopped, busy). It starts the child in a group of its own once it is told until when,
 * stops the group at `freezeAt`, lets it go on when told a later time, kills it at `killAt`, and when tangles is gone.
 */
class Keeper {
	readonly #command: readonly string[];
	readonly #exit: () => void;
	#child: ChildProcess | undefined;
	#frozen = false;
	#ending = false;
	#killed: Ended["killed"];
	#freezing: ReturnType<typeof setTimeout> | undefined;
	#killing: ReturnType<typeof setTimeout> | undefined;
	#over = false;

	constructor(command: readonly string[], exit: () => void) {
		this.#command = command;
		this.#exit = exit;
	}

	readonly take = (order: Order) => {
		if (order.do === "until") this.#until(order.freezeAt, order.killAt);
		else if (order.do === "signal") this.#signal(order.signal);
		else this.#end(order.signal, order.graceMs);
	};

	/** tangles is gone: nothing may run on. */
	readonly alone = () => {
		this.#signal("SIGKILL");
		this.#exit();
	};

	#until(freezeAt: number, killAt: number): void {
		// The clock is read rounded down: a step is added, so that what is late by it counts as late.
		const now = sharedNow() + CLOCK_STEP_MS;
		clearTimeout(this.#freezing);
		if (!this.#ending) clearTimeout(this.#killing);
		const kill = () => {
			this.#killed ??= "time";
			this.#kill();
		};
		if (now >= killAt) {
			kill();
			return;
		}
		if (!this.#ending) this.#killing = setTimeout(kill, killAt - now);
		if (now >= freezeAt) {
			this.#freeze();
			return;
		}
		this.#freezing = setTimeout(() => this.#freeze(), freezeAt - now);
		if (this.#child === undefined && !this.#ending) this.#start();
		if (!this.#frozen) return;
		this.#frozen = false;
		this.#signal("SIGCONT");
	}

	#freeze(): void {
		this.#frozen = true;
		this.#signal("SIGSTOP");
	}

	#start(): void {
		const [program = "", ...args] = this.#command;
		const { NODE_CHANNEL_FD: _, NODE_CHANNEL_SERIALIZATION_MODE: __, ...env } = process.env;
		const child = spawn(program, args, { stdio: "inherit", detached: true, env });
		this.#child = child;
		child.once("error", ({ message }) => this.#report({ is: "failed", message }));
		child.once("exit", (code, signal) => {
			// What it left running in its group would work on without the lock.
			this.#signal("SIGKILL");
			this.#report({ is: "ended", code, signal, ...(this.#killed === undefined ? {} : { killed: this.#killed }) });
		});
		if (child.pid !== undefined) process.send?.({ is: "started", pid: child.pid } satisfies Report);
	}

	#end(signal: NodeJS.Signals, graceMs: number): void {
		this.#ending = true;
		if (graceMs === 0 || this.#child === undefined) {
			this.#kill();
			return;
		}
		this.#signal(signal);
		clearTimeout(this.#killing);
		this.#killing = setTimeout(() => {
			this.#killed ??= "grace";
			this.#kill();
		}, graceMs);
	}

	#kill(): void {
		this.#ending = true;
		if (this.#child === undefined) {
			this.#report({ is: "ended", code: null, signal: "SIGKILL", ...(this.#killed && { killed: this.#killed }) });
		} else this.#signal("SIGKILL");
	}

	#signal(signal: NodeJS.Signals): void {
		const pid = this.#child?.pid;
		if (pid === undefined) return;
		try {
			process.kill(-pid, signal);
		} catch (error) {
			// The whole group has ended already.
			if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
		}
	}

	/** The last word: after it the keeper ends. */
	#report(report: Report): void {
		if (this.#over) return;
		this.#over = true;
		clearTimeout(this.#freezing);
		clearTimeout(this.#killing);
		process.off("disconnect", this.alone);
		process.send?.(report, () => process.disconnect?.());
	}
}

/** Becomes the keeper of `command`, under the orders that come by the channel to the parent; `exit` is for the end without it. */
export function keep(command: readonly string[], exit: () => void): void {
	const keeper = new Keeper(command, exit);
	process.on("message", keeper.take);
	process.on("disconnect", keeper.alone);
	process.send?.({ is: "ready" } satisfies Report);
}
