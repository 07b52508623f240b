import type { Pages } from "./pages.ts";

/** An ObjectId as 24 lower-case hexadecimal digits. */
export type Id = string;

/** A pair of pages, by their first ids. */
export interface Cursor {
	readonly rootstock: Id;
	readonly scion: Id;
	/**
	 * Its number in push order, by which a cursor that was moved is found; undefined where an earlier version stored it.
	 */
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
	/** Undefined where no job of it was counted yet. */
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
 * The state as people are shown it: a stencil that rests is stored as started, since the existing producer never
 * resumes a stored no_headroom.
 */
export function shownState({ state, resting }: Pick<Stencil, "state" | "resting">): StateName {
	return state === STATE.started && resting ? "no_headroom" : STATE_NAMES[state];
}

/** Jobs pushed for a stencil. */
export interface PushProgress {
	/** The TCN that was in work as they were pushed, whose drain they belong to. */
	readonly tcn: number;
	readonly pushed: number;
	/** Jobs that the stencil has. */
	readonly total: number;
}

/**
 * The job server's counters before the first job of TCN `tcn` was pushed. From them on the finished jobs are counted,
 * so that an emptied queue does not pass for a finished one.
 */
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
	readonly baseline: CounterBaseline | undefined;
}

/** Where page starts come from. */
export interface TanglePages {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/**
	 * Every `pageSize`-th id of the tangles of `tcn` in the order of `_id`, from the first on; only good ones if
	 * `goodOnly`.
	 */
	find(tcn: number, goodOnly: boolean, pageSize: number): Promise<Pages>;
	/** The ids among `ids` that are tangles. */
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

/** What a person types to have jobs tried again that were tried as often as they may. */
export const REQUEUE_DEAD = "tangles jobs requeue --state dead --reason TEXT";

/** What the server says of itself. All are jobs. */
export interface QueueCounts extends OpenJobs {
	/** Since the server's counters began; `processed` includes `failed`. */
	readonly processed: number;
	readonly failed: number;
}

/**
 * The job queue. Both calls throw a Fault "unreachable" once patience is spent, "refused" when the login is refused.
 */
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
