import type { Batch, Conditions } from "./batch.ts";

/** Where a list goes on: the batch it ended with. */
export type Place = Pick<Batch, "created" | "id">;

/**
 * The batch collection. Every call throws a Fault "unreachable" once patience is spent, "refused" when the login is
 * refused, "data" for a document that is not what it must be, and the signal's reason when it aborts.
 */
export interface BatchStore {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/** At most `limit` batches that fulfil the conditions, oldest (`created`, then `_id`) first, from behind `after`. */
	ready(conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Batch[]>;
	/** All batches that fulfil the conditions, in the order of `ready`, in pages of no fixed size; in one pass. */
	all(conditions: Conditions, signal: AbortSignal): AsyncIterable<Batch[]>;
	/** The batch, or undefined where there is none. */
	find(id: string, signal?: AbortSignal): Promise<Batch | undefined>;
	/** Adds a batch; false where its id is taken already. */
	add(batch: Batch, signal?: AbortSignal): Promise<boolean>;
	/**
	 * Stores `batch` over the version it was read as (`batch.version`), and raises the version by one: all fields but
	 * `_id`, `batch_id`, `round_trip`, `type` and `created`, and fields of others stay as they are. False where another
	 * write came first. A write whose answer was lost is found again, never done twice.
	 */
	store(batch: Batch, signal?: AbortSignal): Promise<boolean>;
}
