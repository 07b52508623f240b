import { Fault } from "../../base/fault.ts";
import { sharedNow } from "../../base/shared-clock.ts";
import { timerMs } from "../../base/timer.ts";
import type { ReservedJob } from "./ports.ts";

/** Time to hand a job back in. */
const MARGIN_MS = 30_000;

/**
 * The time in which a job is this worker's. After it the server gives the job to another one, so work is stopped a
 * little before: what is then still to do would be done twice.
 */
export class Reservation {
	readonly #stop = new AbortController();
	readonly #end: number;
	readonly #timer: ReturnType<typeof setTimeout>;
	readonly #late: AbortSignal;

	/** `late` aborts when the worker can wait no longer. */
	constructor({ asked, given, reserveMs }: Pick<ReservedJob, "asked" | "given" | "reserveMs">, late: AbortSignal) {
		// Not AbortSignal.any: Bun keeps what it gives as long as `late` lives, 1.2 KB a job.
		this.#late = late;
		late.addEventListener("abort", this.#worker, { once: true });
		if (late.aborted) this.#worker();
		this.#end = given + reserveMs;
		const last = asked + reserveMs - Math.min(MARGIN_MS, reserveMs / 10);
		const seconds = Math.round(reserveMs / 1000);
		this.#timer = setTimeout(
			() =>
				this.#stop.abort(
					new Fault("failed", `the job would run past its reservation of ${seconds} s; it was stopped`, {
						hint: "push it with a longer reserve_for, or use a smaller page_size",
					}),
				),
			timerMs(last - sharedNow()),
		);
	}

	readonly #worker = () => this.#stop.abort(this.#late.reason);

	/** Aborts when the job has to be handed back, for want of time or because the worker is late. */
	get signal(): AbortSignal {
		return this.#stop.signal;
	}

	/** True once the reservation has certainly ended: the process, or its whole host, was stopped for long. */
	get over(): boolean {
		return sharedNow() > this.#end;
	}

	end(): void {
		clearTimeout(this.#timer);
		this.#late.removeEventListener("abort", this.#worker);
	}
}
