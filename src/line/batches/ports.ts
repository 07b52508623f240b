import type { Batch, Conditions } from "./batch.ts";
import type { Page, Place, Stored } from "./malformed.ts";
import type { KeptReport } from "./reports.ts";

/**
 * The batch collection. A document that is no batch is given as `Malformed`, in its place among the others. Every call
 * throws a Fault "unreachable" once patience is spent, "refused" when the login is refused, and the signal's reason
 * when it aborts.
 */
export interface BatchStore {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/**
	 * At most `limit` of what fulfils the conditions, oldest (`first_event`, then `created`, then `_id`) first, from
	 * behind `after`. Malformed documents are those that the query finds by their derived fields; documents without a
	 * date in `first_event` come first, and a page that ends with one of these goes on behind all of them.
	 */
	ready(conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Page>;
	/** All batches that fulfil the conditions, in the order of `ready`, in pages of no fixed size; in one pass. */
	all(conditions: Conditions, signal: AbortSignal): AsyncIterable<Stored[]>;
	/** The document of that id, or undefined where there is none. */
	find(id: string, signal?: AbortSignal): Promise<Stored | undefined>;
	/**
	 * All round trips of a batch, in no particular order; a document without a well-formed id is none, and one whose
	 * `batch_id` is not that of its id may be left out.
	 */
	roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]>;
	/** Full ids of batches with outgoing events of that component. */
	withOutgoing(component: string, signal?: AbortSignal): Promise<string[]>;
	/** Adds a batch; false where its id is taken already. */
	add(batch: Batch, signal?: AbortSignal): Promise<boolean>;
	/** How many bytes more the batch's document can have. */
	room(batch: Batch): number;
	/** Keeps details in full beside the documents; those that are kept already stay as they are. */
	keepReports(reports: readonly KeptReport[], signal?: AbortSignal): Promise<void>;
	/** The details that `keepReports` was given for the batch under that key; undefined where there are none. */
	report(id: string, key: string, signal?: AbortSignal): Promise<string | undefined>;
	/**
	 * Stores `batch` over the version it was read as (`batch.version`), and raises the version by one: all fields but
	 * `_id`, `batch_id`, `round_trip`, `type` and `created`, and fields of others stay as they are. False where another
	 * write came first. A write whose answer was lost is found again, never done twice.
	 */
	store(batch: Batch, signal?: AbortSignal): Promise<boolean>;
}

/** What a run of a component asks of the batch collection. */
export type StationStore = Omit<BatchStore, "all" | "add" | "report">;
