import type { EnumerationDocument, QueueDocument } from "../enumeration/stencils/documents.ts";
import type { OverdueBatch } from "../line/batches/overdue.ts";
import type { StationDocument } from "../line/stations/document.ts";
import type { LockView } from "../locks/inspect-lock.ts";
import type { LockCounts } from "../locks/lock-counts.ts";

// Documents of `--json` that are made of several rooms' parts, as the pages read them; src/commands/JSON.md shows an
// example of each. `commands/serve` hands over what the verbs make, so the compiler holds these types to theirs.

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
