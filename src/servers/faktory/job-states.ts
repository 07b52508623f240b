import * as v from "valibot";
import { Fault, isFault } from "../../base/fault.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import type { OpenJobs } from "../../enumeration/stencils/ports.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { countsOf, parseInfo } from "./info.ts";
import { type Ask, type Pause, pauseOf } from "./pause.ts";

/** The jobs of a server by state; those of all queues, but for `enqueued`. */
export interface JobStates extends OpenJobs {
	/** Seconds since the oldest job of the queue was put there; null where it has none, or does not say. */
	readonly oldestSeconds: number | null;
	/** Jobs in each of the server's other queues, by name. */
	readonly otherQueues: Readonly<Record<string, number>>;
	readonly pause: Pause;
}

const LATENCIES = v.record(v.string(), v.number());

/**
 * The seconds since the oldest job of `queue` was enqueued; null where the queue is empty. Also null where that job does
 * not say it: the server fails then, for jobs that died before they ever were in a queue and were requeued.
 */
export async function oldestIn(queue: string, ask: Ask): Promise<number | null> {
	try {
		const answer = v.parse(LATENCIES, JSON.parse(await ask("QUEUE", "LATENCY", queue)));
		return answer[queue] ?? null;
	} catch (error) {
		if (isFault(error, "failed")) return null;
		if (isFault(error)) throw error;
		throw new Fault("unreachable", "the answer to QUEUE LATENCY is not a Faktory server's", { cause: error });
	}
}

/**
 * The jobs by state, with the age of the oldest in the configured queue. The ages of the others cannot be asked for: the
 * protocol counts them and lists none. Each answer is given `ms`. Throws as `ConnectionPool.ask` does.
 */
export async function jobStates(config: FaktoryConfig, ms: number): Promise<JobStates> {
	const connections = new ConnectionPool(config);
	const ask = async (...words: string[]) => await connections.ask(words, ms);
	try {
		const info = parseInfo(await ask("INFO"));
		const { processed: _, failed: __, ...open } = countsOf(info, config.queue);
		const { [config.queue]: ___, ...otherQueues } = info.faktory.queues;
		const oldest = open.enqueued === 0 ? null : await oldestIn(config.queue, ask);
		return { ...open, oldestSeconds: oldest, otherQueues, pause: await pauseOf(config.queue, ask) };
	} finally {
		connections.close();
	}
}
