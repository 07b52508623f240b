import { finishedSince, isUnproven, lostJobs, requiredIn, unfinished } from "../stencils/complete.ts";
import type { CounterBaseline, Enumeration, OpenJobs, QueueCounts, Stencil } from "../stencils/ports.ts";
import { steadyCounts } from "./looks.ts";
import type { ProduceOptions, ProducerAtWork } from "./producer.ts";

/** Jobs that will be finished without a person: a dead one may be deleted. */
const living = (open: OpenJobs) => unfinished(open) - open.dead;

/**
 * The counters from which the jobs of `tcn` are counted, noted before the first of them is pushed. Jobs that the
 * server still has then, of an earlier TCN, are noted with them, so that what these finish is not taken for ours; but
 * only where the server stands still: beside busy workers its numbers do not fit together. `drained` are the counts of
 * a server that has just been proven to have none.
 */
export async function noteBaseline(
	producer: ProducerAtWork,
	{ baseline }: Pick<Enumeration, "baseline">,
	tcn: number,
	drained?: QueueCounts,
): Promise<CounterBaseline> {
	if (baseline?.tcn === tcn) return baseline;
	const { counts, steady } = drained === undefined ? await steadyCounts(producer) : { counts: drained, steady: true };
	const { processed, failed } = counts;
	const begun = { tcn, processed, failed, open: steady ? living(counts) : 0 };
	await producer.term.storeBaseline(begun);
	return begun;
}

/**
 * Compares the counters that are noted with what the server has, as a run begins. Jobs that a killed run pushed without
 * counting them are added to those that must be finished, so that they can never stand in for lost ones. Gives the TCN
 * that counts as complete though its jobs are still under way, if there is one. Throws a Fault "data" where the server
 * neither has nor finished some of the jobs, unless that is accepted. Where the server is busy nothing is concluded but
 * what is certain all the same.
 */
export async function settleBaseline(
	producer: ProducerAtWork,
	enumeration: Enumeration,
	stencils: readonly Stencil[],
	{ acceptIncomplete }: Pick<ProduceOptions, "acceptIncomplete">,
): Promise<number | undefined> {
	const { baseline, completedTcn } = enumeration;
	if (baseline === undefined || (baseline.tcn <= completedTcn && !isUnproven(enumeration))) return undefined;
	const { counts, steady } = await steadyCounts(producer);
	const finished = finishedSince(baseline, counts);
	const required = requiredIn(baseline, stencils);
	const lost = steady && finished + unfinished(counts) < required;
	if (lost) {
		const fault = lostJobs(baseline, required, finished);
		if (!acceptIncomplete) throw fault;
		producer.log.warn(`${fault.message}; going on all the same`);
	}
	if (isUnproven(enumeration)) {
		if (finished < required && !lost) return baseline.tcn;
		await producer.term.dropBaseline();
		return undefined;
	}
	const uncounted = steady ? finished + living(counts) - required : 0;
	if (uncounted > 0) await producer.term.storeBaseline({ ...baseline, open: (baseline.open ?? 0) + uncounted });
	return undefined;
}
