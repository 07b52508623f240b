import type { DoctorLine } from "../../base/doctor-line.ts";
import { disagreeing, type StationRun, sayDifference } from "../../line/stations/run.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { MongoStationDirectory } from "../../servers/mongo/station-directory.ts";
import { ok, warn } from "./line.ts";

const PART = "line";

/** The newest run of a component first: what differs is said of an earlier one, once for each pair of hosts. */
function disagreements(runs: readonly StationRun[]): DoctorLine[] {
	const newestFirst = runs.toSorted((a, b) => b.start.getTime() - a.start.getTime());
	return newestFirst.flatMap((run, at) =>
		disagreeing(newestFirst.slice(at + 1), run).map((other) =>
			warn(
				PART,
				`${run.component} has other conditions on ${run.host} than on ${other.host}: ${sayDifference(run.conditions, other.conditions)}`,
				"give both hosts the same config; until then each works on what fulfils its own",
			),
		),
	);
}

/** Components with different conditions on different hosts. */
export async function stationLines(mongo: Mongo, batches: string): Promise<DoctorLine[]> {
	const runs = await new MongoStationDirectory(mongo, batches).runs();
	if (runs.length === 0) return [];
	const lines = disagreements(runs);
	const names = new Set(runs.map(({ component }) => component));
	const hosts = new Set(runs.map(({ host }) => host));
	const of = `${names.size} ${names.size === 1 ? "component" : "components"} on ${hosts.size} ${hosts.size === 1 ? "host" : "hosts"}`;
	return lines.length > 0 ? lines : [ok(PART, `${of}: no two hosts differ about conditions`)];
}
