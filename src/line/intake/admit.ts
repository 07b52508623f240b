import { CONFLICT, untilStored } from "../../base/compare-and-set.ts";
import type { Batch, BatchEvent } from "../batches/batch.ts";
import { appended } from "../batches/events.ts";
import { type BatchId, newBatch } from "../batches/id.ts";
import { isBatch } from "../batches/malformed.ts";
import type { IntakeStore } from "./ports.ts";
import { type Arrival, arrivalOf, type IntakeEventTypes } from "./round-trips.ts";

/** What became of a delivery. */
export interface ReceivedBatch {
	readonly batch: string;
	readonly outcome: Arrival["as"];
	/** Round trips that were stopped by it. */
	readonly stops: readonly string[];
	/** Why it is not to be worked on; empty where it is. */
	readonly why: string;
}

export interface AdmitTools {
	readonly store: IntakeStore;
	readonly types: IntakeEventTypes;
	/** Type of the batches that are new. */
	readonly batchType: string;
	/** Who records the events. */
	readonly agent: string;
	/** Awaited before each write. */
	readonly ensureHeld: () => Promise<void>;
	readonly signal: AbortSignal;
}

/**
 * Records that a round trip was delivered, by the rules of round trips: first the older ones are stopped, each by
 * compare-and-set on the very version that the rules were applied to; then the batch is added with its events in one
 * write, or the events are appended to it in one write. So a run that is killed in between leaves the batch without its
 * event, and the next one finishes. Undefined where the batch has the event already. Throws a Fault "data" where a
 * round trip's document is malformed: nobody can say then whether it is approved.
 */
export async function admit(tools: AdmitTools, id: BatchId, details: string): Promise<ReceivedBatch | undefined> {
	const conflict = (times: number) => `${tools.store.name}: batch ${id.id}: ${times} times another write came first`;
	return await untilStored(async () => await tryToAdmit(tools, id, details), conflict, tools.signal);
}

async function tryToAdmit(
	tools: AdmitTools,
	id: BatchId,
	details: string,
): Promise<ReceivedBatch | undefined | typeof CONFLICT> {
	const { store, types, batchType, signal } = tools;
	const all = (await store.roundTrips(id.batchId, signal)).map((stored) => {
		if (isBatch(stored)) return stored;
		throw stored.fault();
	});
	const own = all.find((batch) => batch.id === id.id);
	if (own?.events.some(({ type }) => type === types.received)) return undefined;
	const others = all.filter((batch) => batch !== own);
	const arrival = arrivalOf(id.roundTrip, others, types);
	const stops = arrival.as === "received" ? arrival.stops : [];
	for (const older of stops) {
		if (!(await stop(tools, older, `round trip ${id.roundTrip} was received: ${id.id}`))) return CONFLICT;
	}
	const why = whyNot(arrival);
	const batch = own ?? newBatch(id, batchType, new Date());
	const said = why === "" ? details : `${details}; ${why}`;
	const received = eventOf(tools, batch, { type: types.received, success: arrival.as !== "late", details: said });
	const stopped = eventOf(tools, batch, { type: types.stop, success: true, details: why });
	const events = arrival.as === "stopped" ? [received, stopped] : [received];
	const next = events.reduce(appended, batch);
	await tools.ensureHeld();
	const isStored = own === undefined ? await store.add(next, signal) : await store.store(next, signal);
	if (!isStored) return CONFLICT;
	return { batch: id.id, outcome: arrival.as, stops: stops.map((older) => older.id), why };
}

/** Stops an older round trip; false where it is not as it was when the rules were applied. */
async function stop(tools: AdmitTools, older: Batch, details: string): Promise<boolean> {
	await tools.ensureHeld();
	const event = eventOf(tools, older, { type: tools.types.stop, success: true, details });
	return await tools.store.store(appended(older, event), tools.signal);
}

function eventOf(
	{ agent }: AdmitTools,
	{ version }: Batch,
	what: Pick<BatchEvent, "type" | "success" | "details">,
): BatchEvent {
	return { ...what, time: new Date(), agent, at_version: version };
}

function whyNot(arrival: Arrival): string {
	if (arrival.as === "late") return `round trip ${arrival.newer.roundTrip} is here already: ${arrival.newer.id}`;
	if (arrival.as === "stopped") return `round trip ${arrival.approved.roundTrip} is approved: ${arrival.approved.id}`;
	return "";
}
