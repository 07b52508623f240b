import type { Batch } from "./batch.ts";
import { heldSince, type Selection } from "./selection.ts";

/** A batch to which something should have happened: of `tangles batches overdue --json`. */
export interface OverdueBatch {
	readonly id: string;
	readonly type: string;
	/** Since when it could have gone on, ISO 8601. */
	readonly since: string;
	readonly age_s: number;
}

export function overdueItem(batch: Batch, { conditions }: Selection, now: Date): OverdueBatch {
	const since = heldSince(batch, conditions);
	return {
		...{ id: batch.id, type: batch.type, since: since.toISOString() },
		age_s: Math.floor((now.getTime() - since.getTime()) / 1000),
	};
}
