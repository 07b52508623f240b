import { Fault } from "../../base/fault.ts";
import type { Batch, BatchEvent } from "./batch.ts";
import { timeline } from "./derive.ts";
import type { BatchStore } from "./ports.ts";

type Reports = Pick<BatchStore, "name" | "report">;

/** The details of one event of a batch in full: what `tangles batches show ID --report N --json` gives. */
export interface ReportDocument {
	/** Full id of the batch. */
	readonly id: string;
	/** The event's number, from 1, in the order of time. */
	readonly event: number;
	readonly type: string;
	readonly time: Date;
	readonly details: string;
}

/** An event's details, also where its document has their sums alone. Throws a Fault "data" where they are gone. */
async function detailsInFull(store: Reports, id: string, { report, details }: BatchEvent, signal: AbortSignal) {
	const full = report === undefined ? details : await store.report(id, report, signal);
	if (full !== undefined) return full;
	throw new Fault("data", `${store.name}_reports: there is no document _id "${id} ${report}"`, {
		hint: "somebody has removed it; the event has the sums of its report",
	});
}

/**
 * The details in full of the event that `isMeant`, by its number from 1 in the order of time too; undefined where the
 * batch has none. Throws a Fault "data" where they are gone.
 */
export async function reportInFull(
	store: Reports,
	{ id, events }: Batch,
	isMeant: (event: BatchEvent, number: number) => boolean,
	signal: AbortSignal,
): Promise<ReportDocument | undefined> {
	const inOrder = timeline(events);
	const at = inOrder.findIndex((event, place) => isMeant(event, place + 1));
	const event = inOrder[at];
	if (event === undefined) return undefined;
	const { type, time } = event;
	return { id, event: at + 1, type, time, details: await detailsInFull(store, id, event, signal) };
}
