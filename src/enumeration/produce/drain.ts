import { DrainedTcn, finishedSince, lostJobs, requiredIn, unfinished } from "../stencils/complete.ts";
import { type CounterBaseline, type QueueCounts, REQUEUE_DEAD, type Stencil } from "../stencils/ports.ts";
import { Looks, sameCounts } from "./looks.ts";
import type { ProduceOptions, Producer } from "./producer.ts";

/**
 * Looks at the server until one TCN is drained.
 *
 *     waiting --a look finds nothing left--> empty --another one does--> drained, where enough jobs are finished
 *        ^                                     |
 *        +--------a look finds a job-----------+
 *
 * Two looks 50 ms apart are proof enough: a job that is being fetched is in no set for less than a millisecond, and it
 * is not finished either, so the counters do not add up before it is. Where they do not add up though nothing is left,
 * jobs are lost, unless the server is slow; that is concluded only once nothing has moved for a whole poll.
 */
export class Drain {
	readonly #producer: Producer;
	readonly #unfinished: "refuse" | "accept";
	#looks: Looks;
	#empty: { readonly counts: QueueCounts; readonly at: number } | undefined;
	#reported = "";

	constructor(producer: Producer, { acceptIncomplete }: Pick<ProduceOptions, "acceptIncomplete">) {
		this.#producer = producer;
		this.#unfinished = acceptIncomplete ? "accept" : "refuse";
		this.#looks = new Looks(producer.settings.pollMs);
	}

	/** True where the last look found nothing left. */
	get empty(): boolean {
		return this.#empty !== undefined;
	}

	/** Waits until the next look is due: shortly at first, up to `poll` in a long wait. */
	async wait(): Promise<void> {
		await this.#looks.next(this.#producer.signal);
	}

	/**
	 * Takes the next look at the server. Gives the proof once there is one. Emits what is waited for as it changes. Throws
	 * a Fault "data" where jobs are lost, unless that is accepted.
	 */
	look(baseline: CounterBaseline, stencils: readonly Stencil[], counts: QueueCounts): DrainedTcn | undefined {
		if (unfinished(counts) > 0) {
			this.#empty = undefined;
			this.#reportLeft(counts);
			return undefined;
		}
		const before = this.#empty;
		const now = performance.now();
		if (before === undefined || !sameCounts(before.counts, counts)) {
			if (before === undefined) this.#looks = new Looks(this.#producer.settings.pollMs);
			this.#empty = { counts, at: now };
			if (before === undefined) return undefined;
		}
		const missing = requiredIn(baseline, stencils) - finishedSince(baseline, counts);
		const still = now - (this.#empty?.at ?? now) >= this.#producer.settings.pollMs;
		if (missing > 0 && !still) return undefined;
		const evidence = { baseline, stencils, first: (before ?? { counts }).counts, second: counts };
		const drained = DrainedTcn.prove(evidence, { unfinished: this.#unfinished });
		if (missing > 0) {
			const { message } = lostJobs(baseline, drained.pushed, drained.finished);
			this.#producer.log.warn(`${message}; taken for complete all the same`);
		}
		return drained;
	}

	#reportLeft({ processed: _, failed: __, ...open }: QueueCounts): void {
		const shown = JSON.stringify(open);
		if (shown === this.#reported) return;
		this.#reported = shown;
		this.#producer.emit({ event: "waiting", for: "empty-queue", ...open });
		if (open.dead === unfinished(open)) {
			this.#producer.log.warn(
				`${open.dead} dead jobs alone hold the TCN back; \`${REQUEUE_DEAD}\` has them tried again`,
				{ server: this.#producer.queue.name },
			);
		}
	}
}
