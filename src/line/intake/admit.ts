import { sleep } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import type { Batch, BatchEvent } from "../batches/batch.ts";
import { appended } from "../batches/events.ts";
import { type BatchId, newBatch } from "../batches/id.ts";
import { isBatch } from "../batches/malformed.ts";
import type { IntakeStore } from "./ports.ts";
import { type Arrival, arrivalOf, type IntakeEventTypes } from "./round-trips.ts";

/** Each conflict means that another write was stored: so many in a row are no contention but a fault. */
const MOST_CONFLICTS = 1000;
const LONGEST_PAUSE_MS = 50;

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

/** Another write came first. */
class Conflict extends Error {}

/**
 * Records that a round trip was delivered, by the rules of round trips: first the older ones are stopped, each by
 * compare-and-set on the very version that the rules were applied to; then the batch is added with its events in one
 * write, or the events are appended to it in one write. So a run that is killed in between leaves the batch without its
 * event, and the next one finishes. Undefined where the batch has the event already. Throws a Fault "data" where a
 * round trip's document is malformed: nobody can say then whether it is approved.
 */
export async function admit(tools: AdmitTools, id: BatchId, details: string): Promise<ReceivedBatch | undefined> {
	for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts += 1) {
		try {
			return await tryToAdmit(tools, id, details);
		} catch (error) {
			if (!(error instanceof Conflict)) throw error;
			await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** conflicts), tools.signal);
		}
	}
	throw new Fault("failed", `${tools.store.name}: batch ${id.id}: ${MOST_CONFLICTS} times another write came first`, {
		hint: "see who writes to it all the time, then try again",
	});
}

async function tryToAdmit(tools: AdmitTools, id: BatchId, details: string): Promise<ReceivedBatch | undefined> {
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
	for (const older of stops) await stop(tools, older, `round trip ${id.roundTrip} was received: ${id.id}`);
	const why = whyNot(arrival);
	const batch = own ?? newBatch(id, batchType, new Date());
	const said = why === "" ? details : `${details}; ${why}`;
	const received = eventOf(tools, batch, { type: types.received, success: arrival.as !== "late", details: said });
	const stopped = eventOf(tools, batch, { type: types.stop, success: true, details: why });
	const events = arrival.as === "stopped" ? [received, stopped] : [received];
	const next = events.reduce(appended, batch);
	await tools.ensureHeld();
	const isStored = own === undefined ? await store.add(next, signal) : await store.store(next, signal);
	if (!isStored) throw new Conflict();
	return { batch: id.id, outcome: arrival.as, stops: stops.map((older) => older.id), why };
}

/** Stops an older round trip, if it is still as it was when the rules were applied. */
async function stop(tools: AdmitTools, older: Batch, details: string): Promise<void> {
	await tools.ensureHeld();
	const event = eventOf(tools, older, { type: tools.types.stop, success: true, details });
	if (!(await tools.store.store(appended(older, event), tools.signal))) throw new Conflict();
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
