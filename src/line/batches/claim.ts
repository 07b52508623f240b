import { Fault } from "../../base/fault.ts";
import type { Batch, BatchEvent, Taker } from "./batch.ts";
import { appended } from "./events.ts";

/**
 * The batch, taken by `component`: results of instances that took it for the same component before are no longer
 * stored. Results of other components are, because a batch may be at two stations at once: locks are by component too.
 */
export function claimed(batch: Batch, component: string): Batch {
	const claim = batch.claim + 1;
	const others = batch.takers.filter((taker) => taker.component !== component);
	return { ...batch, claim, takers: [...others, { component, claim }] };
}

/**
 * The batch without that claim, whose work did not begin or was stopped: nothing can be recorded under it any more. The
 * count of claims stays, so that none is given out twice. The same batch where the component has taken it anew.
 */
export function givenBack(batch: Batch, { component, claim }: Taker): Batch {
	if (claimOf(batch, component) !== claim) return batch;
	return { ...batch, takers: batch.takers.filter((taker) => taker.component !== component) };
}

/** The claim under which `component` has the batch; 0 where it never took it. */
function claimOf(batch: Batch, component: string): number {
	return batch.takers.find((taker) => taker.component === component)?.claim ?? 0;
}

/**
 * The batch with the event of work done under a claim. Throws a Fault "lost" where the batch was taken for that
 * component since.
 */
export function recorded(batch: Batch, { component, claim }: Taker, event: BatchEvent): Batch {
	const newest = claimOf(batch, component);
	if (newest === claim) return appended(batch, event);
	throw new Fault("lost", `${batch.id}: another has taken the batch (claim ${newest}, ours was ${claim})`, {
		hint: `the event ${event.type} is not recorded; the instance that has the batch now records its own`,
	});
}
