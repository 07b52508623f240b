import type { Batch, Conditions } from "./batch.ts";
import { unmet } from "./conditions.ts";
import { newestOf } from "./derive.ts";

/** Which batches a person means. */
export interface Selection {
	readonly conditions: Conditions;
	/** Only those that have been so for longer; 0 for all. */
	readonly olderMs: number;
}

/** Since when `past` and `failed` hold: the time of the last of their events; `created` where they ask for none. */
export function heldSince(batch: Batch, { past, failed = [] }: Pick<Conditions, "past" | "failed">): Date {
	const newest = newestOf(batch.events);
	const times = [...past, ...failed].flatMap((type) => newest.get(type)?.time.getTime() ?? []);
	return times.length === 0 ? batch.created : new Date(Math.max(...times));
}

/** True where the batch is selected at the moment `now`. */
export function isSelected(batch: Batch, { conditions, olderMs }: Selection, now: Date): boolean {
	if (unmet(batch, conditions).length > 0) return false;
	return olderMs === 0 || now.getTime() - heldSince(batch, conditions).getTime() > olderMs;
}
