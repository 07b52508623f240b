import type { QueueDocument } from "../enumeration/stencils/documents.ts";
import type { EnumerationView, Pace } from "./look.ts";

/** Looks of so long count. */
const WINDOW_MS = 300_000;
const MOST_SAMPLES = 300;

interface Sample {
	readonly ms: number;
	/** Jobs finished since the server's counters began. */
	readonly finished: number;
}

/** Jobs of the TCN in work that are not finished; null where none is in work, or it is not known of a stencil of it. */
function jobsLeft({ completed_tcn, figures, stencils }: EnumerationView, queue: QueueDocument): number | null {
	const tcn = completed_tcn + 1;
	const jobs = figures.find((it) => it.tcn === tcn)?.jobs;
	const own = stencils.filter((it) => it.tcn === tcn);
	if (jobs === undefined || own.length === 0) return null;
	const pushed = own.map(({ state, pushed: count, total }) => (state === "complete" ? total : (count ?? 0)));
	if (pushed.includes(undefined)) return null;
	const notPushed = Math.max(0, jobs - pushed.reduce<number>((sum, count = 0) => sum + count, 0));
	return notPushed + queue.enqueued + queue.scheduled + queue.retries + queue.working;
}

/** How fast jobs are finished, by the counters of successive looks. */
export class PaceKeeper {
	#samples: Sample[] = [];

	/** The queue as it was at `ms`. Counters that went back (another server, or an emptied one) begin anew. */
	add(ms: number, { processed, failed }: QueueDocument): void {
		const finished = processed - failed;
		const last = this.#samples.at(-1);
		if (last !== undefined && (finished < last.finished || ms < last.ms)) this.#samples = [];
		if (this.#samples.at(-1)?.ms === ms) return;
		const recent = this.#samples.filter((it) => ms - it.ms <= WINDOW_MS);
		this.#samples = [...recent, { ms, finished }].slice(-MOST_SAMPLES);
	}

	/** Undefined until two looks have seen the queue. */
	pace(enumeration: EnumerationView | null | undefined, queue: QueueDocument | undefined): Pace | undefined {
		const [first] = this.#samples;
		const last = this.#samples.at(-1);
		if (first === undefined || last === undefined || first === last) return undefined;
		const perSecond = ((last.finished - first.finished) * 1000) / (last.ms - first.ms);
		const left = enumeration == null || queue === undefined ? null : jobsLeft(enumeration, queue);
		return {
			jobs_per_second: Number(perSecond.toFixed(3)),
			seconds_left: left === null || perSecond === 0 ? null : Math.round(left / perSecond),
		};
	}
}
