import { Fault, isFault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { createOutageRetry } from "../../base/outage-retry.ts";
import { sharedNow } from "../../base/shared-clock.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import type { QueueCounts } from "../../enumeration/stencils/ports.ts";
import type { JobFailure, JobSource, ReservedJob, WorkerState } from "../../enumeration/work/ports.ts";
import type { WorkerIdentity } from "./connection.ts";
import { addressOf } from "./connection-faults.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { countsOf, parseInfo } from "./info.ts";
import { somePaused } from "./pause.ts";
import { PauseNotice } from "./pause-notice.ts";
import { readState, reservedJob } from "./reserved-job.ts";

const CALL_MS = 15_000;
/**
 * FETCH waits for two seconds on an empty queue, five at most. It is sent only where there is a job: for a worker that
 * is killed while it waits the server takes the next job all the same, and nobody has it until its reservation ends.
 * Seen in every run of test/fault/work-crash.test.ts without the look before it.
 */
const FETCH_MS = 10_000;

/** The queue as a worker sees it; `close` says goodbye on its connections. */
export interface FaktoryConsumer extends JobSource {
	counts(signal: AbortSignal): Promise<QueueCounts>;
	close(): void;
}

/**
 * The worker's side of https://github.com/contribsys/faktory/blob/main/docs/protocol-specification.md#consuming-jobs.
 * Jobs are known by their jid alone, so that one that came on a connection that broke is acknowledged on another.
 */
export function createFaktoryConsumer(
	config: FaktoryConfig,
	worker: WorkerIdentity,
	patienceMs: number,
	log: Log,
): FaktoryConsumer {
	const connections = new ConnectionPool(config, worker);
	const server = `Faktory at ${addressOf(config)}`;
	const outageRetry = createOutageRetry(server, patienceMs, log);
	const notice = new PauseNotice(config, log);
	const ask = async (signal: AbortSignal, attemptMs: number, ...words: string[]) =>
		await outageRetry.call({ attemptMs, signal }, async (ms) => await connections.ask(words, ms));
	const enqueued = async (ms: number) =>
		countsOf(parseInfo(await connections.ask(["INFO"], ms)), config.queue).enqueued;
	return {
		name: `${server}, queue ${config.queue}`,
		fetch: async (signal) =>
			await outageRetry.call({ attemptMs: FETCH_MS, signal }, async (ms): Promise<ReservedJob | undefined> => {
				if ((await enqueued(ms)) === 0) return undefined;
				const asked = sharedNow();
				const answer: string | null = await connections.ask(["FETCH", config.queue], ms);
				if (answer === null) {
					// Another worker was quicker, or the queue is paused: then its jobs are still there.
					await notice.withheld(await enqueued(ms), () => somePaused((...words) => connections.ask(words, ms)));
					return undefined;
				}
				notice.given();
				return reservedJob(answer, asked, sharedNow());
			}),
		acknowledge: async (jid, signal) => {
			await ask(signal, CALL_MS, "ACK", JSON.stringify({ jid }));
		},
		fail: async (jid, failure, signal) => {
			try {
				await ask(signal, CALL_MS, "FAIL", failWords(jid, failure));
				return true;
			} catch (error) {
				if (isFault(error, "failed") && error.message.includes("Job not found")) return false;
				throw error;
			}
		},
		heartbeat: async (state, signal) =>
			await outageRetry.call({ attemptMs: CALL_MS, signal }, async (ms): Promise<WorkerState> => {
				const rss_kb = Math.round(process.memoryUsage.rss() / 1024);
				const words = { wid: worker.wid, rss_kb, ...(state === "running" ? {} : { current_state: state }) };
				try {
					return readState(await connections.ask(["BEAT", JSON.stringify(words)], ms));
				} catch (error) {
					if (!(isFault(error, "failed") && error.message.includes("unknown worker"))) throw error;
					// It was started again, or heard nothing for too long. A new connection makes the worker known.
					connections.renew();
					throw new Fault("unreachable", error.message, { cause: error });
				}
			}),
		counts: async (signal) => countsOf(parseInfo(await ask(signal, CALL_MS, "INFO")), config.queue),
		close: () => connections.close(),
	};
}

function failWords(jid: string, { errtype, message, backtrace }: JobFailure): string {
	return JSON.stringify({ jid, errtype, message, backtrace });
}
