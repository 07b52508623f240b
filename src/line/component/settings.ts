import type { Conditions } from "../batches/batch.ts";

/** What config says of one component. */
export interface ComponentSettings extends Conditions {
	/** Type of the event that the component records. */
	readonly event: string | undefined;
	readonly version: string;
	readonly maxThreads: number;
	readonly queueLength: number;
	readonly maxRuntimeMs: number;
	readonly threadsPerBatch: number;
	/** Failures kept in a report, 0 or more. */
	readonly maxResults: number;
	readonly pageSize: number;
	/** Program and arguments; never empty where it is given. */
	readonly command: readonly string[] | undefined;
}
