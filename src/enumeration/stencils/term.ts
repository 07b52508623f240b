import type { DrainedTcn } from "./complete.ts";
import type { CounterBaseline, Cursor, Enumeration, Id, PushProgress, Stencil, StencilState } from "./ports.ts";
import type { CollectionSnapshot } from "./snapshot.ts";
import type { StencilPair } from "./stencils.ts";

/** The reads of a stencil collection. A document that is not what it must be throws a Fault "data". */
export interface StencilReader {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/** The config document. */
	enumeration(): Promise<Enumeration>;
	/** Every stencil with rootstocks, in the order (TCN, rootstock_tcn). */
	stencils(): Promise<Stencil[]>;
	/** Every document, also a damaged one, in no order; throws for none of them. */
	snapshot(): Promise<CollectionSnapshot>;
}

/** How a run takes over. */
export interface TakeOver {
	/** The new epoch is greater than this one; without it, only greater than the config document's. */
	readonly above?: number;
	/** Keys of documents that the whole term leaves untouched, but for a repair that names one of them. */
	readonly leave?: readonly unknown[];
}

/** A stencil collection that a run can take over. There is no other way to write to one. */
export interface StencilStore extends StencilReader {
	/**
	 * Raises the epoch and begins a term: from then on no earlier term can change a stencil that is not complete, since
	 * each of these is marked with the new epoch. A stencil whose epoch cannot be read keeps it. Throws a Fault "data"
	 * where the config document is missing or its epoch is none.
	 */
	takeOver(options?: TakeOver): Promise<ProducerTerm>;
}

/** What is stored about a stencil while it is pushed; a field that is undefined stays as it is. */
export interface StencilUpdate {
	readonly state?: StencilState;
	/** `null` takes the cursor away. */
	readonly cursor?: Cursor | null;
	readonly progress?: PushProgress;
	readonly resting?: boolean;
}

/** What a repair changes in a stencil; what is not named stays. */
export interface StencilRepair {
	readonly state?: StencilState;
	readonly drop: readonly ("cursor" | "progress")[];
}

/** A TCN that counted as complete and is not. */
export interface Reopening {
	readonly tcn: number;
	/** `keep` where the counters noted are those of this TCN's jobs; `drop` where these are to be counted anew. */
	readonly counters: "keep" | "drop";
}

/**
 * A run's right to write, from `takeOver` until a later run takes over. It has every write to a stencil collection.
 *
 *     StencilStore --takeOver--> ProducerTerm (epoch e) --a later takeOver--> each write throws a Fault "lost"
 *
 * Every write is conditional on the term's epoch, may be repeated, and throws a Fault "data" where a document is gone,
 * is not what it must be, or was changed by somebody else.
 */
export interface ProducerTerm {
	/** 1 or more. */
	readonly epoch: number;
	/** The config document. Throws a Fault "lost" once a later run has taken over. */
	enumeration(): Promise<Enumeration>;

	/** Makes the stencil this term's, in state started, and gives it as it is now; undefined where it is complete. */
	claim(id: Id): Promise<Stencil | undefined>;
	/** Changes a stencil that is this term's. */
	update(id: Id, change: StencilUpdate): Promise<void>;
	storeBaseline(baseline: CounterBaseline): Promise<void>;
	dropBaseline(): Promise<void>;
	/** current_completed_tcn from `tcn - 1` to `tcn`, by compare-and-set; in the same write the baseline goes. */
	completeTcn(drained: DrainedTcn): Promise<void>;
	/**
	 * Sets every stencil above `tcn` back to new, since its pages were cut from an incomplete TCN, and then
	 * current_completed_tcn to `tcn - 1`: the durable note, which every program reads, that `tcn` is to be drained
	 * again. With `drop`, the baseline and counts of jobs to `tcn` and above go, and what of `tcn` is not complete is new
	 * again too.
	 */
	reopenTcn(reopening: Reopening): Promise<void>;

	/** Adds a stencil that is new, with the id that its numbers give. */
	add(pair: StencilPair): Promise<void>;
	/** Removes a stencil that is new; one that is gone already is no error. */
	remove(id: Id): Promise<void>;
	/** Changes a stencil, and makes it this term's, whatever epoch of an earlier one it has. */
	repair(id: Id, change: StencilRepair): Promise<void>;
	/**
	 * Sets current_completed_tcn to `tcn - 1`, and notes, in the same write, that the stencils are still to be set back.
	 * Where an unfinished restart has a lower TCN, that one counts. The baseline goes, unless it is of a lower TCN.
	 */
	beginRestart(tcn: number): Promise<void>;
	endRestart(): Promise<void>;
}
