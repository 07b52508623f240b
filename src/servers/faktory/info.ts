import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { QueueCounts } from "../../enumeration/stencils/ports.ts";

const count = v.pipe(v.number(), v.integer());

/** The part of INFO that is used; https://github.com/contribsys/faktory/blob/v1.9.3/server/server.go, CurrentState. */
const INFO = v.object({
	now: v.optional(v.string()),
	faktory: v.object({
		/** The jobs in each queue that the server knows, by name. */
		queues: v.record(v.string(), count),
		sets: v.object({ scheduled: count, retries: count, working: count, dead: count }),
		total_processed: count,
		total_failures: count,
		/** The server's own chores; that of the heartbeats counts the workers: server/tasks.go, beatReaper. */
		tasks: v.optional(v.object({ Workers: v.optional(v.object({ size: count })) })),
	}),
	server: v.object({ faktory_version: v.string() }),
});

export type Info = v.InferOutput<typeof INFO>;

/** The answer to INFO. Throws a Fault "unreachable" on anything else: then it is no Faktory that answers. */
export function parseInfo(answer: string): Info {
	try {
		return v.parse(INFO, JSON.parse(answer));
	} catch (cause) {
		throw new Fault("unreachable", "the answer to INFO is not a Faktory server's", { cause });
	}
}

/** The server's counts, with those of `queue`. */
export function countsOf({ faktory }: Info, queue: string): QueueCounts {
	const { queues, sets, total_processed, total_failures } = faktory;
	return { enqueued: queues[queue] ?? 0, ...sets, processed: total_processed, failed: total_failures };
}

/**
 * The workers that are connected, of all queues; one that is mute counts until its heartbeat is a minute old. Null where
 * the server does not say it.
 */
export function workersOf({ faktory }: Info): number | null {
	return faktory.tasks?.Workers?.size ?? null;
}
