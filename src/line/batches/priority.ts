import type { Batch, BatchEvent } from "./batch.ts";
import { prepended, withoutEvents } from "./events.ts";

/** Type of the events that `batches prioritize` records; other programs have their own. */
export const PRIORITIZED = "Manually_prioritized";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The lowest level, which is the ninth of January 1970. */
export const LOWEST_LEVEL = 9;

/** The time of a level: 1, the first of all, is the first of January 1970. */
export const timeOfLevel = (level: number) => new Date((level - 1) * DAY_MS);

/** True for an event that is there to put its batch first, whoever recorded it: it is dated 1970-01-01 to -09. */
export function isPriority({ time }: BatchEvent): boolean {
	return time.getTime() >= 0 && time.getTime() < LOWEST_LEVEL * DAY_MS;
}

/** The batch with `event`, dated by its level, in the place of an earlier one of ours; the same where it has it. */
export function prioritized(batch: Batch, event: BatchEvent): Batch {
	const ours = batch.events.filter((each) => each.type === PRIORITIZED && isPriority(each));
	if (ours.length === 1 && ours[0]?.time.getTime() === event.time.getTime()) return batch;
	return prepended(withoutEvents(batch, ours), event);
}

/** The batch without the events that put it first; the same batch where it has none. */
export function withoutPriority(batch: Batch): Batch {
	return withoutEvents(batch, batch.events.filter(isPriority));
}
