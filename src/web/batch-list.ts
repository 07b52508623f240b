import type { Batch } from "../line/batches/batch.ts";
import type { ListedBatch, ListedMalformed } from "../line/batches/listed.ts";
import type { LockView } from "../locks/inspect-lock.ts";

/** What the newest event of a type is asked to be: succeeded, failed, or never happened. */
export const EVENT_OUTCOMES = ["done", "failed", "never"] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** By the first event (oldest first), the id or the type; with `-` the other way round. */
export const SORTS = ["first", "-first", "id", "-id", "type", "-type"] as const;
export type BatchSort = (typeof SORTS)[number];

/** Which batches a page shows; its fields are the parameters of the page's address. */
export interface BatchFilter {
	/** Types of batch; empty for all. */
	readonly types: readonly string[];
	/** Type of event, with what its newest one is to be; both undefined for all. */
	readonly event: string | undefined;
	readonly outcome: EventOutcome | undefined;
	/** How the id begins, with or without its `B`; empty for all. */
	readonly text: string;
	/** Their first event is longer ago, such as `20d`, `5h`, `30m`. */
	readonly older: string | undefined;
	/** Their first event is less long ago. */
	readonly younger: string | undefined;
}

export interface BatchQuery extends BatchFilter {
	readonly sort: BatchSort;
	/** Where the page begins (`after`) or ends (`before`), as a `BatchPage` gave it. At most one of both. */
	readonly after: string | undefined;
	readonly before: string | undefined;
	/** Rows, 1 to 500. */
	readonly limit: number;
}

/**
 * What became of one type of event on a batch: done, failed, a component works on it (`holder` says who), it waits at
 * the station (ready), the batch is stopped, or it is not its turn yet.
 */
export type CellState = "done" | "failed" | "working" | "waiting" | "stopped" | "none";

export interface BatchCell {
	readonly state: CellState;
	/** Time of the newest event, or since when it is locked; ISO 8601. */
	readonly time?: string | undefined;
	/** Who works on it. */
	readonly holder?: string | undefined;
}

/** A column: a type of event, and the component that records it where one is known. */
export interface BatchColumn {
	readonly event: string;
	readonly component: string | undefined;
}

export type BatchRow = (ListedBatch & { readonly cells: readonly BatchCell[] }) | ListedMalformed;

/** A page of the list of batches. */
export interface BatchPage {
	readonly query: BatchQuery;
	/** In the order of the line; events that no station records follow by name. */
	readonly columns: readonly BatchColumn[];
	/** A cell for each column. */
	readonly rows: readonly BatchRow[];
	/** How many batches the filter takes; with `more` at least so many. */
	readonly total: { readonly count: number; readonly more: boolean };
	/** For `after` of the next page and `before` of the one before; undefined where there is none. */
	readonly next: string | undefined;
	readonly previous: string | undefined;
	/**
	 * Where the filter leaves little, and no index has it, a search ends after some seconds: the first event of the batch
	 * up to which it came, ISO 8601. `next` or `previous` goes on there. Undefined where the page is all that was asked for.
	 */
	readonly reached?: string | undefined;
}

/** Another round trip of a batch. */
export interface RoundTrip {
	readonly id: string;
	readonly round_trip: number;
	readonly last_event: string | undefined;
}

/** One batch with all that is known of it: what `tangles batches show` shows, its cells, locks and round trips. */
export interface BatchView {
	readonly batch: Batch;
	readonly columns: readonly BatchColumn[];
	readonly cells: readonly BatchCell[];
	/** Locks of components on it. */
	readonly locks: readonly LockView[];
	readonly roundTrips: readonly RoundTrip[];
}
