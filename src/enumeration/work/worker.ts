import type { Log } from "../../base/log.ts";
import type { WorkEvent } from "./events.ts";
import type { Grafter, JobSource, TangleStore } from "./ports.ts";

/** All that a run of the worker works with. */
export interface JobWorker {
	/** The name under which the server knows it, new for each run. */
	readonly id: string;
	readonly source: JobSource;
	readonly store: TangleStore;
	/** One for each job that is worked on at a time. */
	readonly grafters: readonly Grafter[];
	/** Name of the queue, for people. */
	readonly queue: string;
	readonly log: Log;
	/** Aborts the run, with the Fault to end it with. */
	readonly signal: AbortSignal;
	emit(event: WorkEvent): void;
}
