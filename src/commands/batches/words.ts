import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { printable } from "../../cli/printable.ts";
import type { Batch, BatchEvent } from "../../line/batches/batch.ts";
import { sayAhead, timesAhead } from "../../line/batches/clocks.ts";

export const DRY_RUN = {
	"dry-run": { type: "boolean", description: "say what would be changed, and change nothing" },
} as const;

export const ID = {
	id: { type: "positional", required: true, description: "full id, such as B400022028241-RT1" },
} as const;

export const outcome = (event: Pick<BatchEvent, "success">) => (event.success ? "succeeded" : "failed");

/** Tells the times of a batch that lie in the future: what a host whose clock is ahead has recorded outranks others. */
export function tellTimesAhead(log: Log, batch: Batch): void {
	for (const time of timesAhead(batch, new Date())) {
		log.warn(`${batch.id}: ${sayAhead(time)}`, { hint: "set the hosts' clocks by NTP" });
	}
}

/** One event on one line. */
export function eventLine(event: BatchEvent): string {
	const by = event.agent === "" ? "" : ` by ${event.agent}`;
	return printable(`${event.type} ${outcome(event)} ${event.time.toISOString()}${by}`);
}

/** The fault of a type that was named and of which the batch has no event. */
export function noSuchEvent({ id, seen }: Batch, type: string): Fault {
	const hint = seen.length === 0 ? "it has no events" : `it has ${seen.join(", ")}`;
	return new Fault("failed", `${id} has no event ${type}; nothing was changed`, { hint });
}
