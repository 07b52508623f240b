import type { Batch, BatchEvent } from "./batch.ts";
import { changed, timeline } from "./derive.ts";

/** The batch with the event behind all others. */
export function appended(batch: Batch, event: BatchEvent): Batch {
	return changed(batch, { events: [...batch.events, event] });
}

/** The batch with the event before all others: of two of one type and time, the other one counts. */
export function prepended(batch: Batch, event: BatchEvent): Batch {
	return changed(batch, { events: [event, ...batch.events] });
}

/** The batch without the events of that type; the same batch where it has none. */
export function without(batch: Batch, type: string): Batch {
	return withoutEvents(
		batch,
		batch.events.filter((event) => event.type === type),
	);
}

/**
 * The batch without its first failed event in the timeline, or the first of type `from`, and without all that follow
 * it: the line runs again from there. The same batch where there is no such event.
 */
export function restarted(batch: Batch, from?: string): Batch {
	const line = timeline(batch.events);
	const first = line.findIndex(({ type, success }) => (from === undefined ? !success : type === from));
	if (first < 0) return batch;
	return withoutEvents(batch, line.slice(first));
}

/** The batch with its content changed at `when`. */
export function touched(batch: Batch, when: Date): Batch {
	return changed(batch, { modified: when, touched: { time: when, version: batch.version + 1 } });
}

/** The batch without these of its events; the same batch where there are none. */
export function withoutEvents(batch: Batch, some: readonly BatchEvent[]): Batch {
	if (some.length === 0) return batch;
	const gone = new Set(some);
	return changed(batch, { events: batch.events.filter((event) => !gone.has(event)) });
}
