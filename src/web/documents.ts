import type { OverdueBatch } from "../line/batches/overdue.ts";
import type { LockView } from "../locks/inspect-lock.ts";

// Documents that are made of several rooms' parts, as the pages read them. `commands/serve` hands over what the verbs
// make, so the compiler holds these types to theirs.

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
