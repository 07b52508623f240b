import type { Batch, BatchEvent, Note, Removal } from "./batch.ts";
import { changed } from "./derive.ts";

/** The command that takes events away, and who runs it. */
export type RemovalNote = Pick<Removal, "what" | keyof Note>;

/**
 * What `after` has, which was made of `before` by taking events away, with those events kept in its history; `after`
 * itself where none is gone.
 */
export function keepingRemoved(before: Batch, after: Batch, note: RemovalNote): Batch {
	const left = new Set(after.events);
	const removed = before.events.flatMap((event, at) => (left.has(event) ? [] : [{ at, event }]));
	if (removed.length === 0) return after;
	return { ...after, history: [...(before.history ?? []), { ...note, removed }] };
}

/** The last removal that was not put back. */
export function lastRemoval({ history = [] }: Batch): Removal | undefined {
	return history.findLast(({ removed }) => removed.length > 0);
}

/**
 * The batch with the events of its last removal back where they stood, and the removal marked as undone; the same batch
 * where there is none.
 */
export function undone(batch: Batch, { by, time, reason }: Note): Batch {
	const last = lastRemoval(batch);
	if (last === undefined) return batch;
	const events: BatchEvent[] = [...batch.events];
	// In the order of their places: each finds those before it back already.
	for (const { at, event } of last.removed) events.splice(at, 0, event);
	const marked = { ...last, removed: [], undone: { by, time, reason, events: last.removed.length } };
	const history = batch.history?.map((each) => (each === last ? marked : each));
	return { ...changed(batch, { events }), history };
}

/** All events that a batch has or had: those that were taken away too. */
export function everyEvent({ events, history = [] }: Batch): BatchEvent[] {
	return [...events, ...history.flatMap(({ removed }) => removed.map(({ event }) => event))];
}
