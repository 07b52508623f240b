import type { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { LockHandle } from "../../locks/guard.ts";
import type { Held } from "../../locks/held.ts";
import type { Batch } from "../batches/batch.ts";
import type { BatchStore } from "../batches/ports.ts";
import type { ComponentEvent } from "./events.ts";
import type { WorkReport } from "./report.ts";
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

/** Works on one batch. */
export interface BatchWorker {
	/**
	 * Runs the work and gives its report, whatever became of it. Throws the reason of the lock's loss, or of `signal`, once
	 * all that was started has ended: then nothing is known of the batch.
	 */
	work(batch: Batch, lock: LockHandle, token: string, signal: AbortSignal): Promise<WorkReport>;
}

/** What a run works with. */
export interface Tools {
	readonly component: Component;
	readonly store: BatchStore;
	readonly worker: BatchWorker;
	/** Takes the batch's lock. Says who holds it where that is somebody else, and what is wrong where this lock alone cannot be had. */
	readonly lockBatch: (id: string) => Promise<Held | { readonly heldBy: string } | { readonly trouble: Fault }>;
	/** The lock for looking for work, held by this run. */
	readonly sboiLock: Held;
	readonly emit: (event: ComponentEvent) => void;
	readonly log: Log;
	/** Aborts with a Fault where the user stops the run. */
	readonly signal: AbortSignal;
}
