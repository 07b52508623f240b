import { plainConditions, type Station } from "./station.ts";

/** What is known of the runs of a component on one host. */
export interface StationRun extends Station {
	/** `keyOf` component and conditions. */
	readonly key: string;
	readonly host: string;
	/** Start of the first run with these conditions, since the host last had others. */
	readonly since: Date;
	/** Type of the event that it records. */
	readonly event: string;
	readonly version: string;
	/** Start of the last run. */
	readonly start: Date;
	/** End of the last run; undefined while it works, and where it was killed. */
	readonly end: Date | undefined;
	/** `nothing ready`, `worked`, or the kind of the fault that it ended with, such as `failed`. */
	readonly outcome: string | undefined;
}

/** The conditions of a host that has not run for so long do not count, ms. */
const GONE_MS = 24 * 3_600_000;

/**
 * Other hosts that run the same component under other conditions. A host that has not run since `own` got its
 * conditions is left out: it may get the same ones before it runs again.
 */
export function disagreeing(runs: readonly StationRun[], own: StationRun): StationRun[] {
	return runs.filter(
		({ component, key, host, start }) =>
			component === own.component &&
			key !== own.key &&
			host !== own.host &&
			start.getTime() > own.since.getTime() &&
			own.start.getTime() - start.getTime() < GONE_MS,
	);
}

const listText = (names: readonly string[]) => `[${names.join(", ")}]`;

/** What differs between two conditions, for people: `future [B], not [C]`. */
export function sayDifference(ours: Station["conditions"], others: Station["conditions"]): string {
	const [a, b] = [plainConditions(ours), plainConditions(others)];
	const names = (["past", "future", "old", "types", "unless"] as const).filter(
		(it) => listText(a[it]) !== listText(b[it]),
	);
	return names.map((it) => `${it} ${listText(a[it])}, not ${listText(b[it])}`).join("; ");
}
