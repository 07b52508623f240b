import type { Batch, BatchEvent, Conditions } from "../../src/line/batches/batch.ts";
import { appended, touched } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import { isBatch, Malformed, type Stored } from "../../src/line/batches/malformed.ts";

/** A short time: so many seconds after some moment. */
export const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

/** `A+5`: an event of type A that succeeded at second 5; `A-5`: that failed. */
export function eventFrom(text: string): BatchEvent {
	const [, type = "", sign, seconds] = /^(\w+)([+-])(\d+)$/.exec(text) ?? [];
	return { type, success: sign === "+", time: at(Number(seconds)), agent: "test-1.0", details: text };
}

export interface BatchPlan {
	/** In the order in which they are recorded. */
	readonly events: readonly string[];
	readonly type?: string;
	readonly created?: number;
	readonly modified?: number;
}

/** A batch with that history. */
export function batchFrom(id: string, { events, type = "paper", created = 0, modified = 0 }: BatchPlan): Batch {
	const batch = touched(newBatch(parseBatchId(id), type, at(created)), at(modified));
	return events.reduce((so, event) => appended(so, eventFrom(event)), batch);
}

export const conditionsFrom = (some: Partial<Conditions>): Conditions => ({
	past: [],
	future: [],
	old: [],
	types: [],
	...some,
});

/** "Only the newest event of a type counts (by time, then by position)." */
function newest({ events }: Batch, type: string): BatchEvent | undefined {
	let best: BatchEvent | undefined;
	for (const event of events) {
		if (event.type === type && (best === undefined || event.time.getTime() >= best.time.getTime())) best = event;
	}
	return best;
}

/** The query in the contract's words, one after the other, on the events themselves. */
export function isReady(batch: Batch, { past, future, old, types, unless = [] }: Conditions): boolean {
	// past: newest succeeded.
	for (const type of past) if (newest(batch, type)?.success !== true) return false;
	// future: never happened, either way.
	for (const type of future) if (batch.events.some((event) => event.type === type)) return false;
	// old: never happened, or the batch was changed since.
	for (const type of old) {
		const event = newest(batch, type);
		if (event !== undefined && !(batch.modified.getTime() > event.time.getTime())) return false;
	}
	// unless: newest succeeded.
	for (const type of unless) if (newest(batch, type)?.success === true) return false;
	// types: batch type.
	return types.length === 0 || types.some((type) => type === batch.type);
}

/** "The batch whose first event is oldest comes first"; one without events by its creation. */
function firstTime({ events, created }: Batch): number {
	return events.length === 0 ? created.getTime() : Math.min(...events.map(({ time }) => time.getTime()));
}

/** The ids of those that are ready, oldest first. */
export function readyIds(batches: readonly Batch[], conditions: Conditions): string[] {
	return batches
		.filter((batch) => isReady(batch, conditions))
		.toSorted(
			(a, b) => firstTime(a) - firstTime(b) || a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1),
		)
		.map(({ id }) => id);
}

/** What a store gave, none of it malformed. */
export function batchesIn(stored: readonly Stored[]): Batch[] {
	return stored.map((one) => {
		if (isBatch(one)) return one;
		throw one.fault();
	});
}

/** A document that is no batch: its `modified` is no date. Without `created` it has no dates at all. */
export function malformedFrom(id: string, created?: Date, firstEvent = created): Malformed {
	const where = `memory.batches: document _id "${id}"`;
	const wrong = [{ field: "modified", text: "modified is not a date (found null)" }];
	return new Malformed({ id, place: { firstEvent, created, id }, where }, wrong, `correct ${id} by hand`);
}
