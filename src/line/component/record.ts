import { hostname } from "node:os";
import type { BatchEvent } from "../batches/batch.ts";
import { updateBatch } from "../batches/change.ts";
import { recorded } from "../batches/claim.ts";
import { notAhead } from "../batches/clocks.ts";
import { newestOf } from "../batches/derive.ts";
import { fullId } from "../batches/id.ts";
import { outgoingKey, withOutgoing } from "../batches/outgoing.ts";
import { wholeOf } from "../batches/reports.ts";
import type { TakenBatch, Tools } from "./ports.ts";
import type { WorkReport } from "./report.ts";

/**
 * Stores the outcome of the work as a new event, with its events for other round trips as outgoing ones, once the lock is certainly held; the store tries again until the lock
 * is lost or its patience is spent. Throws the reason of the lock's loss, a Fault "lost" where another instance has
 * taken the batch since, or "unreachable".
 */
export async function record(
	{ component, store, emit }: Tools,
	{ batch, lock }: TakenBatch,
	report: WorkReport,
): Promise<void> {
	const { events = [], ...own } = report;
	const event: BatchEvent = {
		type: component.event,
		success: report.outcome === "Success",
		time: new Date(report.date),
		agent: `${component.name}-${component.version}`,
		details: JSON.stringify(own),
		at_version: batch.version,
		host: hostname(),
	};
	const outgoing = events.map(({ round_trip, type, success, details }, at) => ({
		...{ key: outgoingKey(batch, component.name, at), component: component.name },
		to: fullId(batch.batchId, round_trip),
		event: { type, success, time: event.time, agent: event.agent, details, host: event.host },
	}));
	const taker = { component: component.name, claim: batch.claim };
	await lock.ensureHeld();
	const stored = await updateBatch(
		store,
		batch.id,
		(now) => withOutgoing(notAhead(recorded(now, taker, event), new Date()), outgoing),
		lock.lost,
	);
	const counting = newestOf(stored.events).get(event.type);
	if (counting === undefined || wholeOf(counting) === event) return;
	const { time, agent, host } = counting;
	const from = host === undefined ? "" : ` on ${host}`;
	const why = `${event.type} of ${event.time.toISOString()} is recorded and does not count: one by ${agent}${from} has the time ${time.toISOString()}`;
	emit({ event: "clock", batch: batch.id, why });
}
