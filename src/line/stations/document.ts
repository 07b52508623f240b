/** The last run of a component, on whichever host it was. Times are ISO 8601. */
export interface LastRun {
	readonly host: string;
	readonly start: string;
	/** Null while it works, and where it was killed. */
	readonly end: string | null;
	/** `nothing ready`, `worked`, or the kind of the fault that it ended with. */
	readonly outcome: string | null;
}

/**
 * One station of the assembly line, as `tangles status --json` has it: batches that it can take, that are locked for it,
 * and whose newest event of its own type failed.
 */
export interface StationDocument {
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
