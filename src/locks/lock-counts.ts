import { NOT_READABLE } from "./readable.ts";
import type { LockScan } from "./scan-locks.ts";

/** How many locks there are whose first holder is of each kind; `free` ones nobody holds. */
export interface LockCounts {
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

/** The locks, counted. */
export function countLocks({ locks, notReadable }: LockScan): LockCounts {
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
