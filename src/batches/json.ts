import type { Batch } from "./batch.ts";

/** A batch as JSON, for a component's work and for `batches show --json`: the document's names, times as ISO 8601. */
export function batchJson(batch: Batch) {
	const { id, batchId, roundTrip, type, created, modified, events, succeeded, seen, current, claim, version } = batch;
	return {
		...{ id, batch_id: batchId, round_trip: roundTrip, type },
		...{ created: created.toISOString(), modified: modified.toISOString() },
		events: events.map((event) => ({ ...event, time: event.time.toISOString() })),
		...{ succeeded, seen, current, claim, version },
	};
}

export type BatchJson = ReturnType<typeof batchJson>;
