import type { Id, StencilState } from "../stencils/ports.ts";
import type { StencilPair } from "../stencils/stencils.ts";

/** What a repair changes in a stencil; what is not named stays. */
export interface StencilChange {
	readonly state?: StencilState;
	readonly drop: readonly ("cursor" | "progress")[];
}

/**
 * Changes that a run which has taken over makes to mend the stencil collection. `epoch` is the run's: where a later run
 * has taken over, nothing is changed and a Fault "lost" thrown. Each may be repeated.
 */
export interface StencilRepair {
	/** Raises the config document's epoch to `epoch` where it is less. The one change that is made before taking over. */
	raiseEpoch(epoch: number): Promise<void>;
	add(epoch: number, pair: StencilPair): Promise<void>;
	/** Removes a stencil that is new. */
	remove(epoch: number, id: Id): Promise<void>;
	/** Changes a stencil and makes it this run's, whatever its epoch was before. */
	change(epoch: number, id: Id, change: StencilChange): Promise<void>;
	/** Removes the server's counters from the config document. */
	dropCounters(epoch: number): Promise<void>;
	/**
	 * Sets current_completed_tcn back to `tcn - 1`, and notes, in the same write, that the stencils are still to be. The
	 * counters go, but for those of a lower TCN.
	 */
	beginRestart(epoch: number, tcn: number): Promise<void>;
	endRestart(epoch: number): Promise<void>;
}
