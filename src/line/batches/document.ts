import type { Batch } from "./batch.ts";

/** The batch in the names that its document has; as JSON, times are ISO 8601. */
export function documentOf({ id, batchId, roundTrip, type, created, modified, touched, events, ...rest }: Batch) {
	const { succeeded, seen, current, firstEvent, history, claim, takers, version } = rest;
	return {
		...{ _id: id, batch_id: batchId, round_trip: roundTrip, type, created, modified },
		...(touched === undefined ? {} : { touched }),
		events,
		...(history === undefined ? {} : { history }),
		...{ succeeded, seen, current, first_event: firstEvent, claim, takers, version },
	};
}
