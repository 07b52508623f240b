import { createHash } from "node:crypto";
import type { Batch, Conditions } from "../batches/batch.ts";
import { unmet } from "../batches/conditions.ts";

/**
 * A component under certain conditions. Two hosts that have different ones for one name are two stations, so that each
 * is offered what fulfils its own.
 */
export interface Station {
	readonly component: string;
	readonly conditions: Conditions;
}

/** A station that batches are derived for. */
export interface RegisteredStation extends Station {
	/** `keyOf` the station: what stands in the batches' `ready_for`. */
	readonly key: string;
	/** The generation of the registry that it came in with. */
	readonly since: number;
	/** When a run last found it registered, to the hour. */
	readonly used: Date;
}

/**
 * The stations of the line. A batch that was derived for generation n has in `ready_for` the right answer for each
 * station that came in with generation n or before.
 */
export interface Registry {
	/** Random: a generation of a registry that was removed must not be taken for one of the next registry. */
	readonly id: string;
	/** 0 before the first station; raised by each station that comes in. */
	readonly generation: number;
	/** Raised by every write; every write is conditional on it. */
	readonly version: number;
	readonly stations: readonly RegisteredStation[];
}

export const EMPTY_REGISTRY: Registry = { id: "", generation: 0, version: 0, stations: [] };

const sorted = (names: readonly string[]) => [...new Set(names)].toSorted();

/** The conditions alone, each list sorted and without repeats: equal ones are equal as JSON. */
export function plainConditions({
	past,
	future,
	old,
	types,
	unless = [],
}: Conditions): Required<Omit<Conditions, "failed">> {
	const asked = { past: sorted(past), future: sorted(future), old: sorted(old), types: sorted(types) };
	return { ...asked, unless: sorted(unless) };
}

/** `<component>:<hash of its conditions>`; a component's name may have any character but `/`. */
export function keyOf({ component, conditions }: Station): string {
	const text = JSON.stringify(plainConditions(conditions));
	return `${component}:${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

/** Keys of the stations that the batch is ready for, sorted. */
export function readyFor(batch: Batch, { stations }: Registry): string[] {
	return stations
		.filter(({ conditions }) => unmet(batch, conditions).length === 0)
		.map(({ key }) => key)
		.toSorted();
}
