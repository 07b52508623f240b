import { CONFLICT, untilStored } from "../../base/compare-and-set.ts";
import type { StationDirectory } from "./ports.ts";
import { type Registration, registered } from "./registration.ts";
import type { Station } from "./station.ts";

export interface Registering {
	readonly signal?: AbortSignal;
	/**
	 * Awaited before the registry is written, for a new station, and once an hour for one that is known; may be called
	 * again where another write came first.
	 */
	readonly prepare?: () => Promise<void>;
}

/**
 * Registers the station, where it is not: reads the registry and, where it has to change, stores it and reads it again
 * if another write came first. Gives the registry as it is stored. Throws as `StationDirectory` does.
 */
export async function register(
	store: Pick<StationDirectory, "name" | "registry" | "replace">,
	station: Station,
	{ signal, prepare = async () => {} }: Registering = {},
): Promise<Registration> {
	const attempt = async () => {
		const before = await store.registry(signal);
		const next = registered(before, station, new Date());
		if (next.registry === before) return next;
		await prepare();
		if (!(await store.replace(next.registry, signal))) return CONFLICT;
		return { ...next, registry: { ...next.registry, version: next.registry.version + 1 } };
	};
	const conflict = (times: number) => `${store.name}: ${times} times another write of the registry came first`;
	return await untilStored(attempt, conflict, signal);
}
