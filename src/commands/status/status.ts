import type { Enumeration, QueueCounts, StateName, Stencil } from "../../enumeration/stencils/ports.ts";
import { STATE, shownState } from "../../enumeration/stencils/ports.ts";
import { NOT_READABLE } from "../../locks/readable.ts";
import type { LockScan } from "../../locks/scan-locks.ts";
import type { Pause } from "../../servers/faktory/pause.ts";

/** Stencils of one TCN by state. */
export interface TcnStatus {
	readonly tcn: number;
	readonly new: number;
	readonly started: number;
	readonly no_headroom: number;
	readonly complete: number;
}

export interface StencilStatus {
	readonly stencil: string;
	readonly tcn: number;
	readonly rootstock_tcn: number;
	readonly scion_tcn: number;
	/** Jobs of it on the server, and in all; absent where that was not counted yet. */
	readonly pushed?: number;
	readonly total?: number;
}

export interface EnumerationStatus {
	readonly completed_tcn: number;
	readonly max_tcn: number;
	readonly tcns: readonly TcnStatus[];
	/** Stencils that were begun and are not complete. */
	readonly in_work: readonly StencilStatus[];
}

/** How many locks there are whose first holder is of each kind; `free` ones nobody holds. */
export interface LockStatus {
	readonly tangles: number;
	readonly curator_flat: number;
	readonly curator_v2: number;
	readonly foreign: number;
	readonly leftover: number;
	/** Locks whose holder may not be read, and places that may not be listed. */
	readonly not_readable: number;
	readonly free: number;
	/** Contenders that wait, at all locks together. */
	readonly waiting: number;
}

/** The last run of a component, on whichever host it was. */
export interface LastRun {
	readonly host: string;
	readonly start: string;
	/** Null while it works, and where it was killed. */
	readonly end: string | null;
	/** `nothing ready`, `worked`, or the kind of the fault that it ended with. */
	readonly outcome: string | null;
}

/**
 * One station of the assembly line: batches that it can take, that are locked for it, and whose newest event of its own
 * type failed.
 */
export interface StationStatus {
	readonly component: string;
	/** The type of event that it records; null where neither the config nor its last run says it. */
	readonly event: string | null;
	readonly ready: number;
	readonly working: number;
	readonly failed: number;
	/** Time of the first event of the batch that it takes next; null where none is ready. */
	readonly oldest: string | null;
	/** Null where no run is known. */
	readonly last_run: LastRun | null;
	/** The start of the last run, where that is more than an hour ago. */
	readonly not_run_since: string | null;
}

export interface QueueStatus extends QueueCounts {
	readonly name: string;
	/** Seconds since the oldest job of the queue was put there; null where it has none, or does not say. */
	readonly oldest_seconds: number | null;
	/** Connected to the server, of all queues; null where it does not say. */
	readonly workers: number | null;
	/** "perhaps": a queue of the server is paused, and this one has jobs that nobody takes. */
	readonly paused: Pause;
	/** What resumes it, for people; absent where it is not paused. */
	readonly resume?: string;
}

/**
 * Everything in one look. A part is null where its server is not configured or did not answer: `errors` then says so.
 */
export interface Status {
	readonly time: string;
	readonly enumeration: EnumerationStatus | null;
	readonly queue: QueueStatus | null;
	readonly locks: LockStatus | null;
	readonly line: readonly StationStatus[] | null;
	readonly errors: readonly { readonly part: string; readonly error: string }[];
}

/** The stencils, counted. */
export function enumerationStatus(
	{ completedTcn, maxTcn }: Enumeration,
	stencils: readonly Stencil[],
): EnumerationStatus {
	const groups = Map.groupBy(stencils, ({ tcn }) => tcn);
	const count = (group: readonly Stencil[], state: StateName) => group.filter((it) => shownState(it) === state).length;
	const tcns = [...groups].map(([tcn, group]) => ({
		tcn,
		new: count(group, "new"),
		started: count(group, "started"),
		no_headroom: count(group, "no_headroom"),
		complete: count(group, "complete"),
	}));
	const begun = stencils.filter(({ state }) => state === STATE.started || state === STATE.noHeadroom);
	return {
		completed_tcn: completedTcn,
		max_tcn: maxTcn,
		tcns,
		in_work: begun.map(({ id, tcn, rootstockTcn, scionTcn, progress }) => ({
			...{ stencil: id, tcn, rootstock_tcn: rootstockTcn, scion_tcn: scionTcn },
			...(progress === undefined ? {} : { pushed: progress.pushed, total: progress.total }),
		})),
	};
}

/** The locks, counted. */
export function lockStatus({ locks, notReadable }: LockScan): LockStatus {
	const kind = (name: string | undefined) => locks.filter(({ holders }) => holders[0]?.kind === name).length;
	return {
		tangles: kind("tangles"),
		curator_flat: kind("curator flat"),
		curator_v2: kind("curator v2"),
		foreign: kind("foreign"),
		leftover: kind("leftover"),
		not_readable: kind(NOT_READABLE) + notReadable.length,
		free: kind(undefined),
		waiting: locks.reduce((sum, { waiting }) => sum + waiting, 0),
	};
}
