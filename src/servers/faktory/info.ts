import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { QueueCounts } from "../../enumeration/stencils/ports.ts";

const count = v.pipe(v.number(), v.integer());

/** The part of INFO that is used; https://github.com/contribsys/faktory/blob/v1.9.3/server/server.go, CurrentState. */
const INFO = v.object({
	faktory: v.object({
		queues: v.record(v.string(), count),
		sets: v.object({ scheduled: count, retries: count, working: count, dead: count }),
		total_processed: count,
		total_failures: count,
	}),
});

/** Takes the answer to INFO apart. Throws a Fault "unreachable" on anything else: then it is no Faktory that answers. */
export function readInfo(answer: string, queue: string): QueueCounts {
	try {
		const { faktory } = v.parse(INFO, JSON.parse(answer));
		return {
			enqueued: faktory.queues[queue] ?? 0,
			...faktory.sets,
			processed: faktory.total_processed,
			failed: faktory.total_failures,
		};
	} catch (cause) {
		throw new Fault("unreachable", "the answer to INFO is not a Faktory server's", { cause });
	}
}
