import type { Conditions } from "../batches/batch.ts";
import { sayAhead, timesAhead } from "../batches/clocks.ts";
import { unmet } from "../batches/conditions.ts";
import { CopyOnWriteBatchStore } from "../batches/copy-on-write.ts";
import { isBatch, type Stored } from "../batches/malformed.ts";
import type { BatchStore } from "../batches/ports.ts";
import type { ComponentEvent } from "./events.ts";
import type { PassedOver } from "./passed-over.ts";
import type { Component, TakeTools } from "./ports.ts";
import { mostTaken, type Procedure } from "./station.ts";
import { takeBatches } from "./take.ts";

const EVERY_BATCH: Conditions = { past: [], future: [], old: [], types: [] };

/** Batches that are not ready are listed up to this number; a line holds many that are done. */
const MOST_LISTED = 1000;

/** What a run would do with one batch. */
export interface PlannedBatch {
	readonly batch: string;
	readonly would: "take" | "skip" | "leave" | "not ready" | "pass over";
	/** Who holds it, that the run has no room for more, the conditions that fail, or what is wrong with it. */
	readonly why: string;
}

export interface RunPlan {
	readonly component: string;
	/** How many batches a run takes at most. */
	readonly room: number;
	/** Oldest first. */
	readonly batches: readonly PlannedBatch[];
	/** Batches that are not ready and not listed. */
	readonly left_out: number;
}

/** What a plan is made with: the tools of the run, with locks that write nothing. */
export type PlanTools = Omit<TakeTools, "store" | "emit"> & { readonly store: BatchStore };

/**
 * What a run would do now, batch by batch, and what it would pass over. The run's own code takes the batches, from a
 * store that keeps its writes in memory; the batches that it did not come to are explained from the list of all. Throws
 * what ends a run.
 */
export async function planRun(
	tools: PlanTools,
	procedure: Procedure,
): Promise<{ plan: RunPlan; passedOver: PassedOver[] }> {
	const { store, component, signal } = tools;
	const room = mostTaken(component, procedure);
	const chosen = new Map<string, PlannedBatch>();
	const passedOver: PassedOver[] = [];
	const emit = (event: ComponentEvent) => {
		const planned = plannedBy(event);
		if (planned !== undefined) chosen.set(planned.batch, planned);
	};
	const dry = { ...tools, store: new CopyOnWriteBatchStore(store), emit };
	const taken = await takeBatches(dry, room, passedOver);
	await Promise.all(taken.map(({ lock }) => lock.release()));
	const isFull = taken.length === room;
	const batches: PlannedBatch[] = [];
	let notReady = 0;
	for await (const page of store.all(EVERY_BATCH, signal)) {
		for (const stored of page) {
			const planned = chosen.get(stored.id) ?? notReached(stored, component, isFull ? room : undefined);
			if (planned.would === "not ready") notReady += 1;
			if (planned.would !== "not ready" || notReady <= MOST_LISTED) batches.push(planned);
		}
	}
	const plan = { component: component.name, room, batches, left_out: Math.max(0, notReady - MOST_LISTED) };
	return { plan, passedOver };
}

/** What the run did with a batch, by the event that it emitted. */
function plannedBy(event: ComponentEvent): PlannedBatch | undefined {
	switch (event.event) {
		case "taken":
			return { batch: event.batch, would: "take", why: "" };
		case "skipped":
			return { batch: event.batch, would: "skip", why: event.why };
		case "passed-over":
			return { batch: event.batch, would: "pass over", why: event.why };
		default:
			return undefined;
	}
}

/** Why the run did not come to a batch; `room` is how many it took where it took all it has room for. */
function notReached(stored: Stored, component: Component, room: number | undefined): PlannedBatch {
	const batch = stored.id;
	const full = `the run has room for ${room}`;
	if (!isBatch(stored)) {
		// The query finds a malformed document or not by its derived fields, which only the server reads.
		const { message } = stored.fault();
		return room === undefined
			? { batch, would: "not ready", why: message }
			: { batch, would: "leave", why: `${full}; ${message}` };
	}
	const reasons = unmet(stored, component);
	if (reasons.length > 0) {
		const ahead = timesAhead(stored, new Date()).map(sayAhead);
		return { batch, would: "not ready", why: [...reasons, ...ahead].join("; ") };
	}
	return {
		batch,
		would: "leave",
		why: room === undefined ? "it became ready after the run asked for ready batches" : full,
	};
}
