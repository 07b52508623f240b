import type { BatchEvent } from "../batches/batch.ts";
import { change } from "../batches/change.ts";
import { recorded } from "../batches/claim.ts";
import type { Taken, Tools } from "./ports.ts";
import type { Report } from "./report.ts";

/**
 * Stores the outcome of the work as a new event. It is tried while the lock can be trusted and patience lasts; throws the
 * reason of the lock's loss, a Fault "lost" where somebody has taken the batch since, or "unreachable".
 */
export async function record({ component, store }: Tools, { batch, lock }: Taken, report: Report): Promise<void> {
	const event: BatchEvent = {
		type: component.event,
		success: report.outcome === "Success",
		time: new Date(report.date),
		agent: `${component.name}-${component.version}`,
		details: JSON.stringify(report),
	};
	await lock.assured();
	await change(
		store,
		batch.id,
		(now) => recorded(now, { component: component.name, claim: batch.claim }, event),
		lock.lost,
	);
}
