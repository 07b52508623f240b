import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { createOutageRetry } from "../../base/outage-retry.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import type { JobArguments, JobQueue, QueueCounts } from "../../enumeration/stencils/ports.ts";
import { addressOf } from "./connection-faults.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { countsOf, parseInfo, workersOf } from "./info.ts";
import { oldestIn } from "./job-states.ts";
import { type Pause, pauseOf } from "./pause.ts";
import { PauseNotice } from "./pause-notice.ts";
import { payload } from "./payload.ts";

/** 5,000 jobs take the server 0.3 s; ten times that and more is an outage. */
const CALL_MS = 15_000;
/** A job that is refused this often in a row is not refused by chance. */
const MOST_REFUSALS = 5;

const REFUSED = v.record(v.string(), v.string());

function refusedIn(answer: string): Readonly<Record<string, string>> {
	try {
		return v.parse(REFUSED, JSON.parse(answer));
	} catch (cause) {
		throw new Fault("unreachable", "the answer to PUSHB is not a Faktory server's", { cause });
	}
}

/** The counts of a queue, with what people want to know beside them. */
export interface QueueLook extends QueueCounts {
	/** Seconds since the oldest job of the queue was put there; null where it has none, or does not say. */
	readonly oldestSeconds: number | null;
	/** Connected to the server, of all queues; null where it does not say. */
	readonly workers: number | null;
}

/**
 * A queue on a Faktory server; `close` cuts its connections. Where it stands still because it is paused, the log has
 * it.
 */
export interface FaktoryQueue extends JobQueue {
	/** Throws as `counts` does. */
	look(signal?: AbortSignal): Promise<QueueLook>;
	/** Throws as `counts` does. */
	paused(signal?: AbortSignal): Promise<Pause>;
	close(): void;
}

/** The queue of `config`, its outages ridden out for up to `patienceMs`. Nothing is sent before it is used. */
export function createFaktoryQueue(config: FaktoryConfig, patienceMs: number, log: Log): FaktoryQueue {
	const connections = new ConnectionPool(config);
	const server = `Faktory at ${addressOf(config)}`;
	const outageRetry = createOutageRetry(server, patienceMs, log);
	const notice = new PauseNotice(config, log);
	const ask = async (signal: AbortSignal | undefined, ...words: string[]) =>
		await outageRetry.call({ attemptMs: CALL_MS, signal }, async (ms) => await connections.ask(words, ms));
	const ofInfo = async (signal: AbortSignal | undefined) => {
		const info = parseInfo(await ask(signal, "INFO"));
		const counts = countsOf(info, config.queue);
		await notice.look(counts.enqueued, () => paused(signal));
		return { counts, workers: workersOf(info) };
	};
	const paused = async (signal?: AbortSignal) => await pauseOf(config.queue, (...words) => ask(signal, ...words));
	return {
		name: `${server}, queue ${config.queue}`,
		push: async (jobs, signal) => {
			let left: readonly JobArguments[] = jobs;
			for (let attempt = 1; left.length > 0; attempt += 1) {
				const open = left;
				const { answer, sent } = await outageRetry.call({ attemptMs: CALL_MS, signal }, async (ms) => {
					const payloads = open.map((args) => payload(config.queue, args));
					return { answer: await connections.ask(["PUSHB", JSON.stringify(payloads)], ms), sent: payloads };
				});
				const refused = refusedIn(answer);
				left = open.filter((_, at) => Object.hasOwn(refused, sent[at]?.jid ?? ""));
				const [reason] = Object.values(refused);
				if (left.length === 0) continue;
				log.warn("the server refused jobs of a chunk; pushing these again", { jobs: left.length, reason });
				if (attempt === MOST_REFUSALS) {
					throw new Fault("failed", `${server} refuses ${left.length} jobs: ${reason}`, {
						hint: "see the server's log; what was pushed is kept, start again to go on",
					});
				}
			}
		},
		counts: async (signal) => (await ofInfo(signal)).counts,
		look: async (signal) => {
			const { counts, workers } = await ofInfo(signal);
			const isEmpty = counts.enqueued === 0;
			const oldestSeconds = isEmpty ? null : await oldestIn(config.queue, (...words) => ask(signal, ...words));
			return { ...counts, oldestSeconds, workers };
		},
		paused,
		close: () => connections.close(),
	};
}
