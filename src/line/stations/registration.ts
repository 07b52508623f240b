import { randomBytes } from "node:crypto";
import { keyOf, plainConditions, type RegisteredStation, type Registry, type Station } from "./station.ts";

const HOUR_MS = 3_600_000;

/** Conditions that no run has had for so long leave the registry once others of their component come in. */
const KEPT_BESIDE_OTHERS_MS = 24 * HOUR_MS;
/** A station that no run has used for so long leaves with the next write of the registry. */
const KEPT_MS = 90 * 24 * HOUR_MS;

export interface Registration {
	/** The very registry that was given where there is nothing to write. */
	readonly registry: Registry;
	readonly own: RegisteredStation;
	/** True where it was not registered before. */
	readonly isNew: boolean;
}

/**
 * The registry with the station in it. A new one raises the generation, so that every batch is derived for it before it
 * is first asked what is ready. A station that has left and comes back is a new one, so that it is never offered too
 * little.
 */
export function registered(registry: Registry, station: Station, now: Date): Registration {
	const { component, conditions } = station;
	const key = keyOf(station);
	const known = registry.stations.find((it) => it.key === key);
	if (known !== undefined && now.getTime() - known.used.getTime() < HOUR_MS)
		return { registry, own: known, isNew: false };
	const generation = registry.generation + (known === undefined ? 1 : 0);
	const fresh = { key, component, conditions: plainConditions(conditions), since: generation };
	const own = { ...(known ?? fresh), used: now };
	const kept = registry.stations.filter((it) => {
		const unusedMs = now.getTime() - it.used.getTime();
		return it.key !== key && unusedMs < (it.component === component ? KEPT_BESIDE_OTHERS_MS : KEPT_MS);
	});
	const id = registry.id === "" ? randomBytes(6).toString("hex") : registry.id;
	return { registry: { ...registry, id, generation, stations: [...kept, own] }, own, isNew: known === undefined };
}
