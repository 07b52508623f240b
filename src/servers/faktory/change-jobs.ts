import { sleep } from "../../base/deadline.ts";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { createOutageRetry } from "../../base/outage-retry.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import type { QueueCounts } from "../../enumeration/stencils/ports.ts";
import { addressOf } from "./connection-faults.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { countsOf, parseInfo } from "./info.ts";

/** The sets of jobs that failed: for good, or until they are tried again. */
export type FailedSet = "dead" | "retries";

/** What is to become of the jobs of one type and one queue in a set. */
export interface JobChange {
	readonly action: "requeue" | "discard";
	readonly state: FailedSet;
	readonly queue: string;
	readonly jobtype: string;
}

const CALL_MS = 15_000;
/** The server answers MUTATE when all is done; as long as it answers INFO meanwhile, it is at work. */
const MUTATE_MS = 86_400_000;
const LOOK_EVERY_MS = 300;

/** A jobtype that stands for itself in the server's pattern, and does not cut its command in two. */
export const JOBTYPE = /^[\w.:/@+-]+$/;

/**
 * The operation as https://github.com/contribsys/faktory/wiki/Mutate-API has it. The pattern is found in the job's own
 * fields alone: the server writes them in this order, and those of objects in its arguments in that of the alphabet.
 */
export function mutation({ action, state, queue, jobtype }: JobChange): string {
	return JSON.stringify({
		cmd: action,
		target: state,
		filter: { regexp: `*"queue":"${queue}","jobtype":"${jobtype}",*` },
	});
}

/** A server whose failed jobs can be changed; `close` cuts its connections. */
export interface FailedJobs {
	/** The counts, with those of `queue`, once `state` no longer shrinks: an earlier change may be under way. */
	settled(state: FailedSet, queue: string, signal: AbortSignal): Promise<QueueCounts>;
	/**
	 * Changes the jobs and resolves when the server is done; `onCounts` has its counts meanwhile. Throws a Fault
	 * "unreachable" where the server is lost meanwhile: each job is where it was or where it was to go, perhaps in both.
	 */
	change(change: JobChange, onCounts: (counts: QueueCounts) => void, signal: AbortSignal): Promise<void>;
	close(): void;
}

/** Outages are ridden out for up to `patienceMs`, but for one while a change is under way. Sends nothing by itself. */
export function openFailedJobs(config: FaktoryConfig, patienceMs: number, log: Log): FailedJobs {
	const connections = new ConnectionPool(config);
	const server = `Faktory at ${addressOf(config)}`;
	const outageRetry = createOutageRetry(server, patienceMs, log);
	const counts = async (queue: string, signal: AbortSignal) =>
		await outageRetry.call({ attemptMs: CALL_MS, signal }, async (ms) =>
			countsOf(parseInfo(await connections.ask(["INFO"], ms)), queue),
		);
	return {
		settled: async (state, queue, signal) => {
			let told = false;
			for (let before = await counts(queue, signal); ; ) {
				await sleep(LOOK_EVERY_MS, signal);
				const now = await counts(queue, signal);
				if (now[state] >= before[state]) return now;
				before = now;
				if (!told) log.info(`${server}: the set ${state} shrinks; waiting until it does not`);
				told = true;
			}
		},
		change: async (change, onCounts, signal) => {
			let done = false;
			const answered = connections.ask(["MUTATE", mutation(change)], MUTATE_MS).finally(() => {
				done = true;
			});
			try {
				while (!done) {
					await Promise.race([answered, sleep(LOOK_EVERY_MS, signal)]);
					if (!done) onCounts(await counts(change.queue, signal));
				}
				await answered;
			} catch (error) {
				// The counts may have failed first: the answer is no longer awaited then, and its rejection would be unhandled.
				answered.catch(() => {});
				if (!isFault(error, "unreachable")) throw error;
				throw new Fault("unreachable", `${server} was lost during the ${change.action}: ${messageOf(error)}`, {
					hint: "no job is lost; when the server is back, `tangles jobs` counts them, and the same command does the rest",
					cause: error,
				});
			}
		},
		close: () => connections.close(),
	};
}
