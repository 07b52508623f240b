import type { Batch, BatchEvent, Derived } from "./batch.ts";

/** The events in the order of their times; at one time, in the order in which they stand. */
export function timeline(events: readonly BatchEvent[]): BatchEvent[] {
	return events.toSorted((a, b) => a.time.getTime() - b.time.getTime());
}

/** The newest event of each type, the only one that counts: by time, then by position, the later one. */
export function newestOf(events: readonly BatchEvent[]): ReadonlyMap<string, BatchEvent> {
	return new Map(timeline(events).map((event) => [event.type, event]));
}

type Change = Pick<Batch, "modified" | "touched">;

/** The earliest time of the events; `created` where there is none. */
function firstOf(events: readonly BatchEvent[], created: Date): Date {
	// Not by spreading the times: a call has room for some 100,000 arguments.
	const earliest = events.reduce((least, { time }) => Math.min(least, time.getTime()), Number.POSITIVE_INFINITY);
	return events.length === 0 ? created : new Date(earliest);
}

/** The version of the last change; undefined where it is not known, or somebody else has written `modified` since. */
export function touchedAsStored({ modified, touched }: Change): Batch["touched"] {
	return touched?.time.getTime() === modified.getTime() ? touched : undefined;
}

/**
 * True where the event is not older than the batch's last change: by their versions where both are known, because
 * clocks of hosts differ, else by their times.
 */
export function isCurrent({ time, at_version }: BatchEvent, change: Change): boolean {
	const known = touchedAsStored(change);
	if (known !== undefined && at_version !== undefined) return at_version >= known.version;
	return time.getTime() >= change.modified.getTime();
}

/** The one place that says what events and last change mean to the query. Each list is sorted and names a type once. */
export function derive(events: readonly BatchEvent[], change: Change & Pick<Batch, "created">): Derived {
	const newest = [...newestOf(events).values()];
	const types = (some: readonly BatchEvent[]) => [...new Set(some.map(({ type }) => type))].toSorted();
	return {
		succeeded: types(newest.filter(({ success }) => success)),
		seen: types(newest),
		// Any event of the type, not the newest alone: one by a host whose clock is ahead must not hide a later one.
		current: types(events.filter((event) => isCurrent(event, change))),
		firstEvent: firstOf(events, change.created),
	};
}

/** The batch with what is changed, and what follows from it derived anew. */
export function changed(batch: Batch, change: Partial<Pick<Batch, "events" | "modified" | "touched">>): Batch {
	const next = { ...batch, ...change };
	return { ...next, ...derive(next.events, next) };
}
