import type { Config } from "../../config/config.ts";
import type { Conditions } from "../../line/batches/batch.ts";
import type { LastRun, StationDocument } from "../../line/stations/document.ts";
import { inLineOrder } from "../../line/stations/order.ts";
import type { StationRun } from "../../line/stations/run.ts";
import { keyOf } from "../../line/stations/station.ts";
import { workingFor } from "../../line/stations/working-for.ts";
import type { LockView } from "../../locks/inspect-lock.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { type ManyWaiting, StationCounts } from "../../servers/mongo/station-counts.ts";
import { MongoStationDirectory } from "../../servers/mongo/station-directory.ts";

/** Crons start a component once a minute; some once an hour. */
const MISSING_MS = 3_600_000;

/** A component of the line, by this host's config or by the last run that is known of it. */
export interface KnownStation {
	readonly component: string;
	readonly event: string | undefined;
	readonly conditions: Conditions;
}

function lastRunOf({ host, start, end, outcome }: StationRun): LastRun {
	return { host, start: start.toISOString(), end: end?.toISOString() ?? null, outcome: outcome ?? null };
}

/** The last run of each component. */
function lastRuns(runs: readonly StationRun[]): Map<string, StationRun> {
	return new Map(runs.toSorted((a, b) => a.start.getTime() - b.start.getTime()).map((run) => [run.component, run]));
}

/** The stations that this host's config has, and those that have run elsewhere. */
export function knownStations({ components }: Pick<Config, "components">, runs: readonly StationRun[]): KnownStation[] {
	const known = new Map<string, KnownStation>(lastRuns(runs));
	for (const [component, settings] of components) {
		known.set(component, { component, event: settings.event, conditions: settings });
	}
	return [...known.values()];
}

/** The stations as people are shown them, in the order of the line; `many` is shared by those who ask again and again. */
export async function lineStatus(
	mongo: Mongo,
	{ components, batches }: Pick<Config, "components" | "batches">,
	{ locks = [], many = new Map() }: { readonly locks?: readonly LockView[]; readonly many?: ManyWaiting },
): Promise<StationDocument[]> {
	const directory = new MongoStationDirectory(mongo, batches.collection);
	const [registry, runs] = await Promise.all([directory.registry(), directory.runs()]);
	const last = lastRuns(runs);
	const counts = new StationCounts(mongo, batches.collection, registry, many);
	return await Promise.all(
		inLineOrder(knownStations({ components }, runs)).map(async ({ component, event, conditions }) => {
			const [{ ready, oldest }, failed] = await Promise.all([
				counts.waiting(keyOf({ component, conditions }), conditions),
				event === undefined ? 0 : counts.failed(event),
			]);
			const run = last.get(component);
			const isMissing = run !== undefined && Date.now() - run.start.getTime() > MISSING_MS;
			return {
				...{ component, event: event ?? null, ready, working: workingFor(component, locks), failed },
				oldest: oldest?.toISOString() ?? null,
				last_run: run === undefined ? null : lastRunOf(run),
				not_run_since: isMissing ? run.start.toISOString() : null,
			};
		}),
	);
}
