import type { Fault } from "../../base/fault.ts";
import type { LockHandle } from "../../locks/guard.ts";
import type { Held } from "../../locks/held.ts";
import type { Batch } from "../batches/batch.ts";
import type { StationStore } from "../batches/ports.ts";
import type { ComponentEvent } from "./events.ts";
import type { WorkReport } from "./report.ts";
import type { RunLimit, TimeLimit } from "./run-limit.ts";
import type { ComponentSettings } from "./settings.ts";

/** One component, as a run knows it. */
export interface Component extends ComponentSettings {
	/** Part of its locks' paths. */
	readonly name: string;
	/** Type of the event that it records. */
	readonly event: string;
}

/** A batch that is locked and claimed, whose conditions held under the lock. */
export interface TakenBatch {
	readonly batch: Batch;
	readonly lock: Held;
}

/** One batch to work on: under which lock, for how long, and until which signal. */
export interface WorkOnBatch {
	readonly batch: Batch;
	readonly lock: LockHandle;
	readonly token: string;
	readonly limit: TimeLimit;
	readonly signal: AbortSignal;
}

/** Works on one batch. */
export interface BatchWorker {
	/**
	 * Runs the work and gives its report, of a failure too. Throws the reason of the lock's loss, or of `signal`, or
	 * `RunOver` where the limit says so, once all that was started has ended: then nothing is known of the batch.
	 */
	work(work: WorkOnBatch): Promise<WorkReport>;
}

/**
 * What became of a try to lock one batch: the lock, who holds it, or what is wrong where this lock alone cannot be had.
 */
export type BatchLockTry = Held | { readonly heldBy: string } | { readonly trouble: Fault };

/** What a run takes batches with. A dry run has the same, with a store and locks that write to memory. */
export interface TakeTools {
	readonly component: Component;
	readonly store: StationStore;
	/** Tries the batch's lock, without waiting for it. Throws what ends the whole run. */
	readonly lockBatch: (id: string) => Promise<BatchLockTry>;
	/** The component's lock `/SBOI/<component>`, held by this run. */
	readonly sboiLock: Held;
	/** The whole run's time: no batch is taken once it is up. */
	readonly limit: RunLimit;
	readonly emit: (event: ComponentEvent) => void;
	/** Aborts with a Fault where the user stops the run. */
	readonly signal: AbortSignal;
}

/** What a run works with. */
export interface Tools extends TakeTools {
	readonly worker: BatchWorker;
}
