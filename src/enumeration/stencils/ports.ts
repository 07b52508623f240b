import type { DrainedTcn } from "./complete.ts";
import type { Pages } from "./pages.ts";
import type { CollectionSnapshot } from "./snapshot.ts";

/** An ObjectId as 24 lower-case hexadecimal digits. */
export type Id = string;

/** A pair of pages, by their first ids. */
export interface Cursor {
	readonly rootstock: Id;
	readonly scion: Id;
	/** Its number in push order, which tells whether the cursor was moved; undefined where an earlier version stored it. */
	readonly pair?: number | undefined;
}

/** One arborescent stencil: rootstocks of TCN `rootstockTcn` with scions of TCN `scionTcn`, in `tcn` = their sum. */
export interface Stencil {
	readonly id: Id;
	readonly rootstockTcn: number;
	readonly scionTcn: number;
	readonly tcn: number;
	readonly state: StencilState;
	/** First pair not yet acknowledged; undefined where pushing begins at the start. */
	readonly cursor: Cursor | undefined;
	/** Jobs pushed for this stencil in round `round` (the TCN in work). */
	readonly progress: PushProgress | undefined;
	/** True while pushing rests because the queue is full, or where a run ended in such a rest. */
	readonly resting: boolean;
}

/** As the documents have them: 0 new, 1 started, 2 no_headroom, 3 complete. */
export const STATE = { new: 0, started: 1, noHeadroom: 2, complete: 3 } as const;
/** The states' names, by number. */
export const STATE_NAMES = ["new", "started", "no_headroom", "complete"] as const;
export type StencilState = (typeof STATE)[keyof typeof STATE];
export type StateName = (typeof STATE_NAMES)[number];

/**
 * The state as people are shown it: a stencil that rests is stored as started, since the existing producer never resumes
 * a stored no_headroom.
 */
export function shownState({ state, resting }: Pick<Stencil, "state" | "resting">): StateName {
	return state === STATE.started && resting ? "no_headroom" : STATE_NAMES[state];
}

export interface PushProgress {
	readonly round: number;
	readonly pushed: number;
	readonly total: number;
}

/** The server's counters as a round began, so that an emptied queue can be told from a finished one. */
export interface CounterBaseline {
	readonly tcn: number;
	readonly processed: number;
	readonly failed: number;
	/**
	 * Jobs that the server had then, or was found to have since, beside those that the stencils count: it has to finish
	 * these too. Undefined where an earlier version noted the counters.
	 */
	readonly open?: number | undefined;
}

/** How far the enumeration is. */
export interface Enumeration {
	readonly completedTcn: number;
	readonly maxTcn: number;
	readonly epoch: number;
	readonly round: CounterBaseline | undefined;
}

/** What is stored about a stencil while it is pushed; a field that is undefined stays as it is. */
export interface StencilUpdate {
	readonly state?: StencilState;
	/** `null` takes the cursor away. */
	readonly cursor?: Cursor | null;
	readonly progress?: PushProgress;
	readonly resting?: boolean;
}

/** A TCN that counted as complete and is not. */
export interface Reopening {
	readonly tcn: number;
	/** `keep` where the counters noted are those of this TCN's jobs; `drop` where these are to be counted anew. */
	readonly counters: "keep" | "drop";
}

/**
 * The stencil collection. Every write is conditional on this run's epoch and throws a Fault "lost" when a later
 * producer has taken over; every write may be repeated. A document that is not what it must be throws a Fault "data".
 */
export interface StencilStore {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/** The config document. */
	enumeration(): Promise<Enumeration>;
	/** Every document, whatever its state, in no order; throws for none. */
	seen(): Promise<CollectionSnapshot>;
	/**
	 * Raises the epoch by one and makes it this run's; from then on earlier producers can change nothing. Marks every
	 * stencil that is not complete with it, but for those with a key in `leave`, which are not touched.
	 */
	takeOver(leave?: readonly unknown[]): Promise<number>;
	/** Every stencil with rootstocks, in the order (TCN, rootstock_tcn). */
	stencils(): Promise<Stencil[]>;
	/** Makes the stencil this run's, in state started, and gives it as it is now; undefined where it is complete. */
	claim(id: Id): Promise<Stencil | undefined>;
	update(id: Id, change: StencilUpdate): Promise<void>;
	/** Notes the counters at the start of a round. */
	storeBaseline(round: CounterBaseline): Promise<void>;
	/** Removes the note, where the round it is of is complete. */
	dropRound(): Promise<void>;
	/** current_completed_tcn from `tcn - 1` to `tcn`, by compare-and-set; in the same write the counters go. */
	completeTcn(drained: DrainedTcn): Promise<void>;
	/**
	 * Sets every stencil above `tcn` back to new, since its pages were cut from an incomplete TCN, and then
	 * current_completed_tcn to `tcn - 1`: the durable note, which every program reads, that `tcn` is to be drained
	 * again. With `drop`, counters and counts of jobs to `tcn` and above go, and what of `tcn` is not complete is new
	 * again too. Stencils that `takeOver` left are left.
	 */
	reopenTcn(reopening: Reopening): Promise<void>;
}

/** Where page starts come from. */
export interface TanglePages {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/** Every `pageSize`-th id of the tangles of `tcn` in the order of `_id`, from the first on; only good ones if `goodOnly`. */
	find(tcn: number, goodOnly: boolean, pageSize: number): Promise<Pages>;
	/** Those of `ids` that are tangles. */
	look(ids: readonly Id[]): Promise<ReadonlyMap<Id, { readonly tcn: number; readonly good: boolean }>>;
}

/** Jobs that the server has. */
export interface OpenJobs {
	/** In our queue. */
	readonly enqueued: number;
	readonly scheduled: number;
	readonly retries: number;
	readonly working: number;
	readonly dead: number;
}

/** What the server says of itself. All are jobs. */
export interface QueueCounts extends OpenJobs {
	/** Since the server's counters began; `processed` includes `failed`. */
	readonly processed: number;
	readonly failed: number;
}

/** The job queue. Both calls throw a Fault "unreachable" once patience is spent, "refused" when the login is refused. */
export interface JobQueue {
	/** `Faktory at host:port, queue NAME`, for messages. */
	readonly name: string;
	/**
	 * Pushes jobs given by their arguments, each under a jid of its own; returns when the server has all. After an
	 * attempt whose answer was lost, its jobs are pushed again under new jids. A job the server refuses again and
	 * again is a Fault "failed".
	 */
	push(jobs: readonly JobArguments[], signal?: AbortSignal): Promise<void>;
	counts(signal?: AbortSignal): Promise<QueueCounts>;
}

/** `[rootstock page's first _id, j, scion page's first _id, k, page_size]`, as the workers take it. */
export type JobArguments = readonly [Id, number, Id, number, number];
