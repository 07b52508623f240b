import type { DoctorDocument } from "../base/doctor-line.ts";
import type { EnumerationDocument, QueueDocument } from "../enumeration/stencils/documents.ts";
import type { StateName } from "../enumeration/stencils/ports.ts";
import type { StationDocument } from "../line/stations/document.ts";
import type { NodeView } from "../locks/inspect-lock.ts";
import type { LockCounts } from "../locks/lock-counts.ts";
import type { LocksDocument, OverdueDocument } from "./documents.ts";

/** What is wrong with a server now, and what to do about it. */
export interface SourceFault {
	readonly message: string;
	readonly hint?: string | undefined;
	/** True where it is not the server's but the question's. */
	readonly isReaders?: boolean;
}

/** The last known value of what a server says, when it was taken, and what keeps it from being newer. */
export interface Sourced<T> {
	/** Undefined until the server has answered once. */
	readonly value: T | undefined;
	/** When `value` was taken; undefined with it. */
	readonly takenAt: Date | undefined;
	/** Undefined while the server answers. */
	readonly fault: SourceFault | undefined;
	/** Since when it does not answer. */
	readonly faultSince: Date | undefined;
}

/** A stencil of the triangle: rootstock TCN x scion TCN. */
export interface TriangleStencil {
	readonly rootstock_tcn: number;
	readonly scion_tcn: number;
	readonly tcn: number;
	readonly state: StateName;
	/** Jobs of it on the server, and in all; absent where not counted yet. */
	readonly pushed?: number;
	readonly total?: number;
}

/** What is known of a TCN. Numbers of tangles and jobs are exact, by formula. */
export interface TcnFigures {
	readonly tcn: number;
	readonly jobs: number;
	readonly tangles: number;
	readonly good: number;
	/** From its first tangle stored to its last; null where it has none, or is not complete. */
	readonly seconds: number | null;
}

/** The enumeration, and what its picture needs beside the status. */
export interface EnumerationView extends EnumerationDocument {
	/** All stencils, by (TCN, rootstock). */
	readonly stencils: readonly TriangleStencil[];
	readonly figures: readonly TcnFigures[];
}

/** The first of those that wait for a lock, in order. */
export interface LockQueue {
	readonly path: string;
	readonly waiting: readonly NodeView[];
}

/** The locks, listed and counted. */
export interface LocksView extends LocksDocument {
	readonly counts: LockCounts;
	/** Of the locks for which most wait. */
	readonly queues: readonly LockQueue[];
}

/** How fast jobs are finished, between the looks of the last minutes. */
export interface Pace {
	readonly jobs_per_second: number;
	/** For the jobs of the TCN in work; null where none is, or no job was finished. */
	readonly seconds_left: number | null;
}

/** One look at all servers, shared by all readers. A part whose server is not configured is undefined. */
export interface SiteLook {
	/** When the look was made. */
	readonly time: Date;
	/** Raised by each look that differs from the one before. */
	readonly number: number;
	readonly enumeration: Sourced<EnumerationView | null> | undefined;
	readonly queue: Sourced<QueueDocument> | undefined;
	readonly locks: Sourced<LocksView> | undefined;
	readonly line: Sourced<readonly StationDocument[]> | undefined;
	/** What `tangles doctor` says, without the checks that write. */
	readonly findings: Sourced<DoctorDocument>;
	readonly overdue: Sourced<OverdueDocument> | undefined;
	/** Undefined until two looks have seen the queue. */
	readonly pace: Pace | undefined;
}
