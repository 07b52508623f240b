import type { TangleFields } from "../tangles/tangle.ts";

/**
 * A job that the server has reserved for this worker. Times are of the shared clock (`src/base/shared-clock.ts`), in
 * ms.
 */
export interface ReservedJob {
	readonly jid: string;
	readonly jobtype: string;
	/** As they were pushed: anything. */
	readonly args: unknown;
	/** Length of the reservation. It began between `asked` and `given`. */
	readonly reserveMs: number;
	/** Just before the job was asked for. */
	readonly asked: number;
	/** When the answer was here. */
	readonly given: number;
	/** Lines that the server wants to keep of what went wrong. */
	readonly backtrace: number;
}

/** What the server records of a job that failed, and shows on its web page. */
export interface JobFailure {
	readonly errtype: string;
	readonly message: string;
	readonly backtrace: readonly string[];
}

/** What a worker does, and what the server wants it to do; it never goes back to an earlier one. */
export type WorkerState = "running" | "quiet" | "terminate";

/**
 * Where jobs come from. Every call rides out the server's outages, and throws a Fault "unreachable" once patience is
 * spent, "refused" when the login is refused, the signal's reason once that is aborted and no answer came.
 */
export interface JobSource {
	/** `Faktory at host:port, queue NAME`, for messages. */
	readonly name: string;
	/** The next job; undefined where there is none. An answer that comes after the abort still counts. */
	fetch(signal: AbortSignal): Promise<ReservedJob | undefined>;
	/** May be repeated. */
	acknowledge(jid: string, signal: AbortSignal): Promise<void>;
	/** Hands a job back, to be given out again later. False where the server knows of no such reservation any more. */
	fail(jid: string, failure: JobFailure, signal: AbortSignal): Promise<boolean>;
	/** Says that the worker lives, and gives what the server wants it to do. */
	heartbeat(state: WorkerState, signal: AbortSignal): Promise<WorkerState>;
}

/** One page as a job names it. */
export interface PageRequest {
	/** Its first tangle, as 24 lower-case hexadecimal digits. */
	readonly id: string;
	readonly tcn: number;
	readonly goodOnly: boolean;
	/** Most tangles, 1 or more. */
	readonly size: number;
}

/** The tangle collection. Calls throw as those of `JobSource` do, and a Fault "data" that names a document. */
export interface TangleStore {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/**
	 * The first `size` tangles of `tcn` from `id` on, by `_id`; each is what its notation says. Throws a Fault "data"
	 * where there is no tangle `id` of that TCN: the page it began is no more.
	 */
	page(page: PageRequest, signal: AbortSignal): Promise<TangleFields[]>;
	/**
	 * Stores those that are not there, by notation; what is there stays as it is. Resolves once all are stored on a
	 * majority of the servers, with the number of new ones. May be repeated.
	 */
	store(tangles: readonly TangleFields[], signal: AbortSignal): Promise<number>;
}

/** Does the grafting of one job at a time, on a core of its own. */
export interface Grafter {
	/** Notes the job that is worked on, so that it is handed back even if this process is killed. */
	hold(jid: string): void;
	/** The job is acknowledged, or was handed back. */
	release(): void;
	/**
	 * What `graftPages` gives, in batches, computed a little ahead of what was taken. Throws what `graftPages` throws,
	 * and the signal's reason once that is aborted. Closing the generator early ends the grafting.
	 */
	graft(
		rootstocks: readonly TangleFields[],
		scions: readonly TangleFields[],
		signal: AbortSignal,
	): AsyncGenerator<readonly TangleFields[], void, undefined>;
	close(): void;
}
