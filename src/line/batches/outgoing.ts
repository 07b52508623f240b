import type { Batch, BatchEvent, OutgoingEvent } from "./batch.ts";
import { appended } from "./events.ts";
import { everyEvent } from "./history.ts";

/**
 * The batch with events for other round trips. They are stored with what decided on them, by one write, and recorded
 * there later: once, because each is known by its key.
 */
export function withOutgoing(batch: Batch, outgoing: readonly OutgoingEvent[]): Batch {
	return outgoing.length === 0 ? batch : { ...batch, outbox: [...(batch.outbox ?? []), ...outgoing] };
}

/** The key of number `at` of the events that were decided on under that claim on the batch. */
export const outgoingKey = (batch: Batch, component: string, at: number) =>
	`${batch.id} ${component} ${batch.claim} ${at}`;

/** The other round trip with the event; the same where it has or had it. */
export function receiving(batch: Batch, { key, event }: OutgoingEvent): Batch {
	const isThere = everyEvent(batch).some(({ from }: BatchEvent) => from === key);
	return isThere ? batch : appended(batch, { ...event, from: key });
}

/** The batch without outgoing events that are recorded where they go; the same where it has none of these. */
export function withoutOutgoing(batch: Batch, keys: ReadonlySet<string>): Batch {
	const left = (batch.outbox ?? []).filter(({ key }) => !keys.has(key));
	return left.length === (batch.outbox ?? []).length ? batch : { ...batch, outbox: left };
}
