import { Fault } from "../../base/fault.ts";
import { openBelow, pushedIn } from "./order.ts";
import type { CounterBaseline, OpenJobs, QueueCounts, Stencil, StencilState } from "./ports.ts";

/**
 * The invariant of the enumeration, in one place: **pages are cut only from TCNs that are complete.** A TCN is complete
 * once all its stencils are pushed and the job server has finished the jobs. Two types carry that, and neither can be
 * made elsewhere:
 *
 *     DrainedTcn    proves one TCN complete; `ProducerTerm.completeTcn`, which alone raises n, takes nothing else
 *     CompleteTcns  says up to which TCN all are complete; `PageCatalog` gives no page beyond it
 */

/** What decides whether a TCN is complete, of a stencil that was checked or of one that was only looked at. */
export interface StencilStanding {
	readonly tcn?: number | undefined;
	readonly rootstockTcn?: number | undefined;
	readonly state?: StencilState | undefined;
}

/** The part of the config document that decides it. */
export interface Standing {
	readonly completedTcn: number;
	readonly baseline: CounterBaseline | undefined;
}

/**
 * True where current_completed_tcn has passed a TCN whose counters still stand in the config document. Raising n
 * removes them, so something else raised it: the TCN's jobs have to be proven finished first. (A note without `open`
 * is of an earlier version, which left its counters behind.)
 */
export function isUnproven({ completedTcn, baseline }: Standing): boolean {
	return baseline?.open !== undefined && baseline.tcn <= completedTcn;
}

/** The TCNs from 1 to `upTo`, all of them complete. */
export class CompleteTcns {
	readonly upTo: number;

	private constructor(upTo: number) {
		this.upTo = upTo;
	}

	/** By the config document and all stencils, as this run has just read them. */
	static of(standing: Standing, stencils: readonly StencilStanding[]): CompleteTcns {
		const { completedTcn, baseline } = standing;
		const proven = isUnproven(standing) && baseline !== undefined ? baseline.tcn - 1 : completedTcn;
		const open = openBelow(stencils, completedTcn);
		return new CompleteTcns(open === undefined ? proven : Math.min(proven, open - 1));
	}

	has(tcn: number): boolean {
		return tcn <= this.upTo;
	}
}

/** Jobs that the server has not finished. */
export function unfinished({ enqueued, scheduled, retries, working, dead }: OpenJobs): number {
	return enqueued + scheduled + retries + working + dead;
}

/**
 * Jobs that the server finished since the counters of `baseline` were noted; less than 0 where its counters were reset.
 */
export function finishedSince(baseline: CounterBaseline, { processed, failed }: QueueCounts): number {
	return processed - failed - (baseline.processed - baseline.failed);
}

/** Jobs that the server must finish after the counters of `baseline` were noted. */
export function requiredIn(baseline: CounterBaseline, stencils: readonly Stencil[]): number {
	return (baseline.open ?? 0) + pushedIn(stencils, baseline.tcn);
}

/** Two looks at the job server, one after the other, and what was pushed for the TCN that they may prove. */
export interface DrainEvidence {
	readonly baseline: CounterBaseline;
	readonly stencils: readonly Stencil[];
	readonly first: QueueCounts;
	readonly second: QueueCounts;
}

/** The proof that all jobs of one TCN are pushed and finished. */
export class DrainedTcn {
	readonly tcn: number;
	/** Jobs that had to be finished, and that were. */
	readonly pushed: number;
	readonly finished: number;

	private constructor(tcn: number, pushed: number, finished: number) {
		this.tcn = tcn;
		this.pushed = pushed;
		this.finished = finished;
	}

	/**
	 * The proof, where the evidence is one: nothing is open up to that TCN, neither look found a job, and the server
	 * finished as many as were pushed. An empty queue alone proves nothing, since it may have been flushed: that is
	 * Fault "data" with both numbers, or a proof all the same with `unfinished: "accept"`.
	 */
	static prove(evidence: DrainEvidence, settings: { readonly unfinished: "refuse" | "accept" }): DrainedTcn {
		const { baseline, stencils, first, second } = evidence;
		const { tcn } = baseline;
		if (openBelow(stencils, tcn) !== undefined) throw new Error(`TCN ${tcn} is not pushed completely`);
		if (unfinished(first) + unfinished(second) > 0) throw new Error(`TCN ${tcn} still has jobs on the server`);
		const pushed = requiredIn(baseline, stencils);
		const finished = finishedSince(baseline, second);
		if (finished < pushed && settings.unfinished === "refuse") throw lostJobs(baseline, pushed, finished);
		return new DrainedTcn(tcn, pushed, finished);
	}
}

/** The Fault of a TCN with jobs that the server neither finished nor has. */
export function lostJobs({ tcn }: CounterBaseline, pushed: number, finished: number): Fault {
	const message =
		`TCN ${tcn}: ${pushed} jobs were pushed, but the server finished only ${Math.max(0, finished)} since ` +
		`(processed - failed): the queue was flushed or lost; TCN ${tcn} is not complete`;
	return new Fault("data", message, {
		hint:
			`\`tangles recover --restart-tcn ${tcn}\`, then produce, pushes that TCN again (stored tangles are not doubled); ` +
			"`tangles produce --accept-incomplete` takes it for complete as it is",
	});
}
