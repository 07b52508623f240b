import { updateBatch } from "../batches/change.ts";
import { givenBack } from "../batches/claim.ts";
import type { TakenBatch, Tools } from "./ports.ts";
import type { RunOver } from "./run-limit.ts";

/**
 * Gives a batch's claim back, so that nothing can be recorded under it and the batch is ready as before. Throws the
 * reason of the lock's loss, or "unreachable"; the batch is ready all the same then.
 */
export async function giveBack(
	{ component, store, emit }: Tools,
	{ batch, lock }: TakenBatch,
	{ begun, message }: RunOver,
): Promise<void> {
	await lock.ensureHeld();
	const taker = { component: component.name, claim: batch.claim };
	await updateBatch(store, batch.id, (now) => givenBack(now, taker), lock.lost);
	emit({ event: "returned", batch: batch.id, begun, why: message });
}
