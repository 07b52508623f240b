import type { StationDirectory } from "./ports.ts";
import { type Registering, register } from "./register.ts";
import type { Registration } from "./registration.ts";
import { disagreeing, type StationRun, sayDifference } from "./run.ts";
import { plainConditions, type Station } from "./station.ts";

/** A component as a run begins with it. */
export interface Joining extends Station {
	readonly host: string;
	readonly event: string;
	readonly version: string;
}

export interface Joined extends Registration {
	/** The run as it begins. */
	readonly run: StationRun;
	/** What people must know of its conditions: that they have changed, or are others elsewhere. */
	readonly remarks: readonly string[];
}

/** Registers the station for a run that begins now. Throws as `StationDirectory` does. */
export async function joinStation(
	directory: StationDirectory,
	joining: Joining,
	registering: Registering,
): Promise<Joined> {
	const { component, host, event, version } = joining;
	const conditions = plainConditions(joining.conditions);
	// One after the other: side by side the second would take a connection of its own, and its greeting.
	const registration = await register(directory, { component, conditions }, registering);
	const runs = await directory.runs(component, registering.signal);
	const { key } = registration.own;
	const start = new Date();
	const before = runs.find((run) => run.host === host);
	const since = before?.key === key ? before.since : start;
	const run = { component, conditions, key, host, since, event, version, start, end: undefined, outcome: undefined };
	const changed =
		before === undefined || before.key === key
			? []
			: [`its conditions have changed since its last run: ${sayDifference(conditions, before.conditions)}`];
	const others = disagreeing(runs, run).map(
		(other) =>
			`on ${other.host} it has other conditions (last run ${other.start.toISOString()}): here ${sayDifference(conditions, other.conditions)} there`,
	);
	return { ...registration, run, remarks: [...changed, ...others] };
}
