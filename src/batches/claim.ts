import { Fault } from "../base/fault.ts";
import type { Batch, BatchEvent } from "./batch.ts";
import { appended } from "./events.ts";

/** The batch, taken: results of whoever took it before are no longer stored. The claim to record under is its `claim`. */
export function claimed(batch: Batch): Batch {
	return { ...batch, claim: batch.claim + 1 };
}

/** The batch with the event of work done under `claim`. Throws a Fault "lost" where somebody has taken the batch since. */
export function recorded(batch: Batch, claim: number, event: BatchEvent): Batch {
	if (batch.claim === claim) return appended(batch, event);
	throw new Fault("lost", `${batch.id}: another has taken the batch (claim ${batch.claim}, ours was ${claim})`, {
		mend: `the event ${event.type} is not recorded; whoever has the batch now records its own`,
	});
}
