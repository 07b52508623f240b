import type { QueueCounts, StateName } from "../enumeration/stencils/ports.ts";
import type { LockView } from "../locks/inspect-lock.ts";

// The documents of `--json` as the pages read them; src/commands/JSON.md shows an example of each. `commands/serve`
// hands over what the verbs make, so the compiler holds these types to theirs.

/** Stencils of one TCN by state. */
export type TcnDocument = { readonly tcn: number } & Readonly<Record<StateName, number>>;

/** A stencil that was begun and is not complete. `pushed` and `total` are jobs, absent where not counted yet. */
export interface StencilInWork {
	readonly stencil: string;
	readonly tcn: number;
	readonly rootstock_tcn: number;
	readonly scion_tcn: number;
	readonly pushed?: number;
	readonly total?: number;
}

/** `enumeration` of `tangles status`. */
export interface EnumerationDocument {
	readonly completed_tcn: number;
	readonly max_tcn: number;
	readonly tcns: readonly TcnDocument[];
	readonly in_work: readonly StencilInWork[];
}

/** `queue` of `tangles status`. */
export interface QueueDocument extends QueueCounts {
	readonly name: string;
	/** Seconds since the oldest job of the queue was put there; null where it has none, or does not say. */
	readonly oldest_seconds: number | null;
	/** Connected to the server, of all queues; null where it does not say. */
	readonly workers: number | null;
	readonly paused: "no" | "perhaps" | "yes";
	/** What resumes it, for people. */
	readonly resume?: string;
}

/** `locks` of `tangles status`: locks by the kind of their first holder. */
export interface LockCounts {
	readonly tangles: number;
	readonly curator_flat: number;
	readonly curator_v2: number;
	readonly foreign: number;
	readonly leftover: number;
	readonly not_readable: number;
	readonly free: number;
	/** Contenders that wait, at all locks together. */
	readonly waiting: number;
}

/** A station of `line` of `tangles status`. Times are ISO 8601. */
export interface StationDocument {
	readonly component: string;
	/** The type of event that it records; null where that is not known. */
	readonly event: string | null;
	readonly ready: number;
	readonly working: number;
	readonly failed: number;
	/** First event of the batch that it takes next. */
	readonly oldest: string | null;
	readonly last_run: {
		readonly host: string;
		readonly start: string;
		readonly end: string | null;
		readonly outcome: string | null;
	} | null;
	/** Start of the last run, where that is more than an hour ago. */
	readonly not_run_since: string | null;
}

/** `tangles status --json`. */
export interface StatusDocument {
	readonly time: string;
	readonly enumeration: EnumerationDocument | null;
	readonly queue: QueueDocument | null;
	readonly locks: LockCounts | null;
	readonly line: readonly StationDocument[] | null;
	readonly errors: readonly { readonly part: string; readonly error: string }[];
}

/** A line of `tangles doctor`; `hint` is on every line that is not ok. */
export interface DoctorLine {
	readonly part: string;
	readonly state: "ok" | "warn" | "fail";
	readonly text: string;
	readonly hint?: string;
}

/** `tangles doctor --json`, without the checks that write. */
export interface DoctorDocument {
	readonly failed: number;
	readonly warned: number;
	readonly lines: readonly DoctorLine[];
}

/** A batch of `tangles batches overdue --json`. */
export interface OverdueBatch {
	readonly id: string;
	readonly type: string;
	/** Since when it could have gone on, ISO 8601. */
	readonly since: string;
	readonly age_s: number;
}

/** What waits at each station for too long, by component. */
export interface OverdueDocument {
	readonly overdue: readonly (OverdueBatch & {
		/** The station at which it waits, and the event that should have happened. */
		readonly component: string;
		readonly event: string;
	})[];
	/** True where a station has more batches than were looked at. */
	readonly more: boolean;
}

/** `tangles locks ls --json`. */
export interface LocksDocument {
	readonly root: string;
	readonly locks: readonly LockView[];
	readonly not_readable: readonly string[];
}

/** A batch of `tangles batches ls --json`. Times are ISO 8601. */
export interface ListedBatch {
	readonly id: string;
	readonly type: string;
	readonly created: string;
	readonly modified: string;
	readonly last_event?: { readonly type: string; readonly success: boolean; readonly time: string } | undefined;
}

/** A document that is no batch, and what is wrong with it. */
export interface ListedMalformed {
	readonly id: string;
	readonly malformed: readonly { readonly field: string; readonly text: string }[];
}
