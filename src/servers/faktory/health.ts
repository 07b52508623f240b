import type { FaktoryConfig } from "../../config/config.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { parseInfo } from "./info.ts";
import { type Pause, pauseOf } from "./pause.ts";

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
	const connections = new ConnectionPool(config);
	const ask = async (...words: string[]) => await connections.ask(words, ms);
	try {
		const { now, faktory, server } = parseInfo(await ask("INFO"));
		return {
			version: server.faktory_version,
			clockMs: now === undefined ? undefined : Date.parse(now),
			enqueued: faktory.queues[config.queue] ?? 0,
			dead: faktory.sets.dead,
			pause: await pauseOf(config.queue, ask),
		};
	} finally {
		connections.close();
	}
}
