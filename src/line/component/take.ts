import { isFault } from "../../base/fault.ts";
import type { Held } from "../../locks/held.ts";
import { change } from "../batches/change.ts";
import { claimed } from "../batches/claim.ts";
import { unmet } from "../batches/conditions.ts";
import type { Place } from "../batches/ports.ts";
import type { Taken, Tools } from "./ports.ts";

/** The conditions that held when the batches were asked for hold no longer. */
class NotReady extends Error {}

/**
 * Takes ready batches, oldest first, one at each step: locks it, reads it again under the lock, and raises its claim where
 * the conditions still hold. What is locked elsewhere or no longer ready is told and passed over. Whoever asks for the next
 * one owns those before; what is not asked for is not touched.
 */
export async function* takeReady(tools: Tools): AsyncGenerator<Taken, void> {
	const { component, store, tell, signal, sboi } = tools;
	let after: Place | undefined;
	for (;;) {
		const page = await store.ready(component, component.pageSize, after, AbortSignal.any([signal, sboi.lost]));
		for (const { id } of page) {
			signal.throwIfAborted();
			await sboi.assured(signal);
			const lock = await tools.lockBatch(id);
			if ("heldBy" in lock) {
				tell({ event: "skipped", batch: id, why: lock.heldBy });
				continue;
			}
			const taken = await claim(tools, id, lock);
			if (taken !== undefined) yield taken;
		}
		if (page.length < component.pageSize) return;
		after = page.at(-1);
	}
}

/** Under the lock: the batch as it is now, claimed, or undefined where it is no longer ready; the lock is then given back. */
async function claim({ component, store, tell, signal }: Tools, id: string, lock: Held): Promise<Taken | undefined> {
	try {
		await lock.assured(signal);
		const check = (batch: Parameters<typeof claimed>[0]) => {
			const reasons = unmet(batch, component);
			if (reasons.length > 0) throw new NotReady(reasons.join("; "));
			return claimed(batch, component.name);
		};
		const batch = await change(store, id, check, AbortSignal.any([signal, lock.lost]));
		tell({ event: "taken", batch: id, claim: batch.claim, token: lock.token });
		return { batch, lock };
	} catch (error) {
		await lock.release();
		if (!(error instanceof NotReady) && !isFault(error, "failed")) throw error;
		tell({ event: "skipped", batch: id, why: `no longer ready: ${error.message}` });
		return undefined;
	}
}
