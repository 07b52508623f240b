import type { Conditions } from "../batches/batch.ts";
import { unmet } from "../batches/conditions.ts";
import type { BatchStore } from "../batches/ports.ts";
import type { Component } from "./ports.ts";

const EVERY_BATCH: Conditions = { past: [], future: [], old: [], types: [] };

/** Batches that are not ready are listed up to this number; a line holds many that are done. */
const MOST_LISTED = 1000;

/** What a run would do with one batch. */
export interface Planned {
	readonly batch: string;
	readonly would: "take" | "skip" | "leave" | "not ready";
	/** Who holds it, that the run has no room for more, or the conditions that fail. */
	readonly why: string;
}

export interface Plan {
	readonly component: string;
	/** How many batches a run takes at most. */
	readonly room: number;
	/** Oldest first. */
	readonly batches: readonly Planned[];
	/** Batches that are not ready and not listed. */
	readonly left_out: number;
}

/** What a run would do now, batch by batch; touches nothing. `heldBy` says who holds a batch's lock. */
export async function planRun(
	store: BatchStore,
	component: Component,
	room: number,
	heldBy: (id: string) => Promise<string | undefined>,
	signal: AbortSignal,
): Promise<Plan> {
	const batches: Planned[] = [];
	let taken = 0;
	let notReady = 0;
	for await (const page of store.all(EVERY_BATCH, signal)) {
		for (const batch of page) {
			const reasons = unmet(batch, component);
			if (reasons.length > 0) {
				notReady += 1;
				if (notReady <= MOST_LISTED) batches.push({ batch: batch.id, would: "not ready", why: reasons.join("; ") });
			} else if (taken === room) {
				batches.push({ batch: batch.id, would: "leave", why: `the run has room for ${room}` });
			} else {
				const holder = await heldBy(batch.id);
				if (holder === undefined) taken += 1;
				batches.push({ batch: batch.id, would: holder === undefined ? "take" : "skip", why: holder ?? "" });
			}
		}
	}
	return { component: component.name, room, batches, left_out: Math.max(0, notReady - MOST_LISTED) };
}
