import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { type Pause, pauseOf } from "./pause.ts";

const INFO = v.object({
	now: v.optional(v.string()),
	faktory: v.object({ queues: v.record(v.string(), v.number()), sets: v.object({ dead: v.number() }) }),
	server: v.object({ faktory_version: v.string() }),
});

/** What a server says of itself. */
export interface FaktoryFacts {
	readonly version: string;
	/** Its time, ms since 1970; undefined where it does not say. */
	readonly clockMs: number | undefined;
	/** Jobs in the configured queue, and dead ones. */
	readonly enqueued: number;
	readonly dead: number;
	/** Whether the configured queue is paused. */
	readonly pause: Pause;
}

/** Asks the server who it is, on connections of its own, each answer within `ms`. */
export async function faktoryFacts(config: FaktoryConfig, ms: number): Promise<FaktoryFacts> {
	const lines = new ConnectionPool(config);
	const ask = async (...words: string[]) => await lines.ask(words, ms);
	try {
		const read = v.safeParse(INFO, JSON.parse(await ask("INFO")));
		if (!read.success) throw new Fault("unreachable", "the answer to INFO is not a Faktory server's");
		const { now, faktory, server } = read.output;
		return {
			version: server.faktory_version,
			clockMs: now === undefined ? undefined : Date.parse(now),
			enqueued: faktory.queues[config.queue] ?? 0,
			dead: faktory.sets.dead,
			pause: await pauseOf(config.queue, ask),
		};
	} finally {
		lines.close();
	}
}
