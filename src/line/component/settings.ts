import type { Conditions } from "../batches/batch.ts";

/** What config says of one component. */
export interface ComponentSettings extends Conditions {
	/** Type of the event that the component records. */
	readonly event: string | undefined;
	readonly version: string;
	readonly maxThreads: number;
	readonly queueLength: number;
	/** How long the work on one batch may take, in milliseconds. */
	readonly maxRuntimeMs: number;
	/** How long a run may take in all, from its start, in milliseconds; undefined for no limit. */
	readonly maxRunMs: number | undefined;
	readonly threadsPerBatch: number;
	/** Failures kept in a report, 0 or more. */
	readonly maxResults: number;
	readonly pageSize: number;
	/** Program and arguments; never empty where it is given. */
	readonly command: readonly string[] | undefined;
}
