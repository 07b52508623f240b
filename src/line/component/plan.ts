import { isFault } from "../../base/fault.ts";
import type { Conditions } from "../batches/batch.ts";
import { sayAhead, timesAhead } from "../batches/clocks.ts";
import { unmet } from "../batches/conditions.ts";
import { isBatch, type Stored } from "../batches/malformed.ts";
import type { BatchStore } from "../batches/ports.ts";
import type { PassedOver } from "./passed-over.ts";
import type { Component } from "./ports.ts";
import { noRoom } from "./room.ts";

const EVERY_BATCH: Conditions = { past: [], future: [], old: [], types: [] };

/** Batches that are not ready are listed up to this number; a line holds many that are done. */
const MOST_LISTED = 1000;

/** What a run would do with one batch. */
export interface Planned {
	readonly batch: string;
	readonly would: "take" | "skip" | "leave" | "not ready" | "pass over";
	/** Who holds it, that the run has no room for more, the conditions that fail, or what is wrong with it. */
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

/** What a plan is made from. */
export interface PlanTools {
	readonly store: BatchStore;
	readonly component: Component;
	/** How many batches a run takes at most. */
	readonly room: number;
	/** Says who holds a batch's lock, if anybody does. Throws a Fault where it cannot be told for this batch. */
	readonly heldBy: (id: string) => Promise<string | undefined>;
	/** Aborts where the plan is given up; what `heldBy` throws then ends it. */
	readonly signal: AbortSignal;
}

/** What a run would do now, batch by batch, and what it would pass over; touches nothing. */
export async function planRun(tools: PlanTools): Promise<{ plan: Plan; passedOver: PassedOver[] }> {
	const { store, component, room, signal } = tools;
	const batches: Planned[] = [];
	const passedOver: PassedOver[] = [];
	let taken = 0;
	let notReady = 0;
	for await (const page of store.all(EVERY_BATCH, signal)) {
		for (const stored of page) {
			const planned = await plannedFor(stored, tools, taken);
			if ("fault" in planned) {
				passedOver.push(planned);
				batches.push({ batch: planned.batch, would: "pass over", why: planned.fault.message });
				continue;
			}
			if (planned.would === "take") taken += 1;
			if (planned.would === "not ready") notReady += 1;
			if (planned.would !== "not ready" || notReady <= MOST_LISTED) batches.push(planned);
		}
	}
	const plan = { component: component.name, room, batches, left_out: Math.max(0, notReady - MOST_LISTED) };
	return { plan, passedOver };
}

/** What a run that has taken `taken` batches already would do with one more. */
async function plannedFor(
	stored: Stored,
	{ store, component, room, heldBy, signal }: PlanTools,
	taken: number,
): Promise<Planned | PassedOver> {
	const batch = stored.id;
	if (!isBatch(stored)) return { batch, fault: stored.fault() };
	const reasons = unmet(stored, component);
	if (reasons.length > 0) {
		const ahead = timesAhead(stored, new Date()).map(sayAhead);
		return { batch, would: "not ready", why: [...reasons, ...ahead].join("; ") };
	}
	if (taken === room) return { batch, would: "leave", why: `the run has room for ${room}` };
	try {
		const holder = await heldBy(batch);
		if (holder !== undefined) return { batch, would: "skip", why: holder };
		const fault = noRoom(store, stored, component);
		return fault === undefined ? { batch, would: "take", why: "" } : { batch, fault };
	} catch (error) {
		if (signal.aborted || !isFault(error)) throw error;
		return { batch, fault: error };
	}
}
