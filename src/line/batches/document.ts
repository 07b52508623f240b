import type { Batch } from "./batch.ts";

/** The batch in the names that its document has; as JSON, times are ISO 8601. */
export function documentOf({ id, batchId, roundTrip, type, created, modified, touched, events, ...rest }: Batch) {
	const { succeeded, seen, current, firstEvent, history, outbox, claim, takers, version } = rest;
	return {
		...{ _id: id, batch_id: batchId, round_trip: roundTrip, type, created, modified },
		...(touched === undefined ? {} : { touched }),
		events,
		...(history === undefined ? {} : { history }),
		...(outbox === undefined || outbox.length === 0 ? {} : { outbox }),
		...{ succeeded, seen, current, first_event: firstEvent, claim, takers, version },
	};
}

/** The batch as its work is given it: without what was taken away, and what is on its way to others. */
export function documentForWork(batch: Batch) {
	return documentOf({ ...batch, history: undefined, outbox: undefined });
}

/** Another round trip of a batch, as its work is given it: without the details of the events. */
export function siblingOf(batch: Batch) {
	const { events, ...rest } = documentForWork(batch);
	return { ...rest, events: events.map(({ details: _, ...event }) => event) };
}
