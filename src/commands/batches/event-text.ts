import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { printable } from "../../base/printable.ts";
import type { Batch, BatchEvent } from "../../line/batches/batch.ts";
import { sayAhead, timesAhead } from "../../line/batches/clocks.ts";

/** How an event ended, for people. */
export const outcomeText = (event: Pick<BatchEvent, "success">) => (event.success ? "succeeded" : "failed");

/**
 * Warns of times of a batch that lie in the future: an event by a host whose clock is ahead outranks later ones of
 * other hosts.
 */
export function warnOfTimesAhead(log: Log, batch: Batch): void {
	for (const time of timesAhead(batch, new Date())) {
		log.warn(`${batch.id}: ${sayAhead(time)}`, { hint: "set the hosts' clocks by NTP" });
	}
}

/** One event on one line. */
export function eventLine(event: BatchEvent): string {
	const by = event.agent === "" ? "" : ` by ${event.agent}`;
	return printable(`${event.type} ${outcomeText(event)} ${event.time.toISOString()}${by}`);
}

/** The Fault "failed" for a type of which the batch has no event. */
export function noSuchEvent({ id, seen }: Batch, type: string): Fault {
	const hint = seen.length === 0 ? "it has no events" : `it has ${seen.join(", ")}`;
	return new Fault("failed", `${id} has no event ${type}; nothing was changed`, { hint });
}
