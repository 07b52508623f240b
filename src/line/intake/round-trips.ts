import type { Batch } from "../batches/batch.ts";
import { newestOf } from "../batches/derive.ts";

/** The types of event that the rules of round trips go by. */
export interface IntakeEventTypes {
	/** A round trip was delivered. */
	readonly received: string;
	/** It is to be left alone. */
	readonly stop: string;
	/** It is done, for good. */
	readonly approved: string;
}

/** What a round trip is that is delivered now, beside the others of its batch. */
export type Arrival =
	/** The newest of those that go on; the older ones are to be stopped. */
	| { readonly as: "received"; readonly stops: readonly Batch[] }
	/** An older one is approved already: there is nothing left to do with this one. */
	| { readonly as: "stopped"; readonly approved: Batch }
	/** A newer one is here already. */
	| { readonly as: "late"; readonly newer: Batch };

const succeeded = (batch: Batch, type: string) => newestOf(batch.events).get(type)?.success === true;

/**
 * What round trip `roundTrip` is as it is delivered; `others` are all other round trips of its batch that are stored. A
 * newer one makes it late. Else an approved older one stops it. Else it stops all older ones that are not stopped yet;
 * round trip 0, the batch before its first delivery, is one of these.
 */
export function arrivalOf(roundTrip: number, others: readonly Batch[], types: IntakeEventTypes): Arrival {
	const sorted = others.toSorted((a, b) => a.roundTrip - b.roundTrip);
	const newer = sorted.at(-1);
	if (newer !== undefined && newer.roundTrip > roundTrip) return { as: "late", newer };
	const approved = sorted.findLast((other) => succeeded(other, types.approved));
	if (approved !== undefined) return { as: "stopped", approved };
	return { as: "received", stops: sorted.filter((other) => !succeeded(other, types.stop)) };
}
