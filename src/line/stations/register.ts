import { sleep } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import type { StationDirectory } from "./ports.ts";
import { type Registration, registered } from "./registration.ts";
import type { Station } from "./station.ts";

const MOST_CONFLICTS = 1000;
const LONGEST_PAUSE_MS = 50;

export interface Registering {
	readonly signal?: AbortSignal;
	/** Awaited before a new station comes in; may be called again where another write came first. */
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
	for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts += 1) {
		const before = await store.registry(signal);
		const next = registered(before, station, new Date());
		if (next.registry === before) return next;
		if (next.isNew) await prepare();
		if (await store.replace(next.registry, signal)) {
			return { ...next, registry: { ...next.registry, version: next.registry.version + 1 } };
		}
		await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** conflicts), signal);
	}
	throw new Fault("failed", `${store.name}: ${MOST_CONFLICTS} times another write of the registry came first`, {
		hint: "see who writes to it all the time, then try again",
	});
}
