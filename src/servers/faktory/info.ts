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

/** Throws a Fault "unreachable" on anything but an answer to INFO: then it is no Faktory that answers. */
function parsed(answer: string): v.InferOutput<typeof INFO>["faktory"] {
	try {
		return v.parse(INFO, JSON.parse(answer)).faktory;
	} catch (cause) {
		throw new Fault("unreachable", "the answer to INFO is not a Faktory server's", { cause });
	}
}

/** Takes the answer to INFO apart. Throws as `parsed` does. */
export function readInfo(answer: string, queue: string): QueueCounts {
	const { queues, sets, total_processed, total_failures } = parsed(answer);
	return { enqueued: queues[queue] ?? 0, ...sets, processed: total_processed, failed: total_failures };
}

/** The jobs in each queue that the server knows, by name. Throws as `parsed` does. */
export function queuesOf(answer: string): Readonly<Record<string, number>> {
	return parsed(answer).queues;
}
