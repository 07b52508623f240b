import type { Batch, BatchEvent, Derived } from "./batch.ts";

/** The events in the order of their times; at one time, in the order in which they stand. */
export function timeline(events: readonly BatchEvent[]): BatchEvent[] {
	return events.toSorted((a, b) => a.time.getTime() - b.time.getTime());
}

/** The newest event of each type, the only one that counts: by time, then by position, the later one. */
export function newestOf(events: readonly BatchEvent[]): ReadonlyMap<string, BatchEvent> {
	return new Map(timeline(events).map((event) => [event.type, event]));
}

/** The one place that says what events and last change mean to the query. Each list is sorted and names a type once. */
export function derive(events: readonly BatchEvent[], modified: Date): Derived {
	const newest = [...newestOf(events).values()];
	const types = (which: (event: BatchEvent) => boolean) =>
		newest
			.filter(which)
			.map(({ type }) => type)
			.toSorted();
	return {
		succeeded: types(({ success }) => success),
		seen: types(() => true),
		current: types(({ time }) => time.getTime() >= modified.getTime()),
	};
}

/** The batch with what is changed, and what follows from it derived anew. */
export function changed(batch: Batch, change: Partial<Pick<Batch, "events" | "modified">>): Batch {
	const next = { ...batch, ...change };
	return { ...next, ...derive(next.events, next.modified) };
}
