import { Fault } from "../../base/fault.ts";
import type { QueueCounts, Round } from "../stencils/ports.ts";
import type { Producer } from "./producer.ts";

/** Looks at the queue until it is really empty, a poll apart. */
export class Drain {
	readonly #producer: Producer;
	#emptyLooks = 0;
	#told = "";

	constructor(producer: Producer) {
		this.#producer = producer;
	}

	/** True where the last look found nothing left. */
	get empty(): boolean {
		return this.#emptyLooks > 0;
	}

	/**
	 * Takes the next look. True once nothing was left twice in a row: a job that is just being fetched is in no set.
	 * Tells what is waited for as it changes.
	 */
	look(counts: QueueCounts): boolean {
		const { processed, failed, ...open } = counts;
		const left = Object.values(open).reduce((sum, count) => sum + count, 0);
		if (left === 0) {
			this.#emptyLooks += 1;
			return this.#emptyLooks >= 2;
		}
		this.#emptyLooks = 0;
		const shown = JSON.stringify(open);
		if (shown === this.#told) return false;
		this.#told = shown;
		this.#producer.tell({ event: "waiting", for: "empty-queue", ...open });
		if (open.dead === left) {
			this.#producer.log.warn(
				`${open.dead} dead jobs alone hold the TCN back; retry or delete them on the server's web page, under Dead`,
				{ server: this.#producer.queue.name },
			);
		}
		return false;
	}
}

/**
 * An empty queue is no proof of done: since the round began the server must have finished at least the jobs pushed.
 * Gives the number it finished. Throws a Fault "data" with both numbers, unless `acceptIncomplete`.
 */
export function checkFinished(
	producer: Producer,
	round: Round,
	counts: QueueCounts,
	pushed: number,
	acceptIncomplete: boolean,
): number {
	const finished = counts.processed - counts.failed - (round.processed - round.failed);
	if (finished >= pushed) return finished;
	const numbers = `TCN ${round.tcn}: ${pushed} jobs were pushed, but the server finished only ${finished} since`;
	const why = `${numbers} (processed - failed): the queue was flushed or lost`;
	if (!acceptIncomplete) {
		throw new Fault("data", `${why}; current_completed_tcn stays ${round.tcn - 1}`, {
			mend:
				`\`tangles recover --restart-tcn ${round.tcn}\`, then produce, pushes that TCN again (stored tangles are not doubled); ` +
				"`tangles produce --accept-incomplete` takes it for complete as it is",
		});
	}
	producer.log.warn(`${why}; taken for complete all the same`);
	return finished;
}
