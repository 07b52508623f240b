import { MemoryKeeper } from "../../base/garbage.ts";
import type { Config } from "../../config/config.ts";
import { isBatch } from "../../line/batches/malformed.ts";
import { overdueItem } from "../../line/batches/overdue.ts";
import { isSelected } from "../../line/batches/selection.ts";
import { inLineOrder } from "../../line/stations/order.ts";
import { keyOf } from "../../line/stations/station.ts";
import type { BrowsedList } from "../../servers/mongo/batch-bounds.ts";
import { BatchBrowser } from "../../servers/mongo/batch-browser.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { StationCounts } from "../../servers/mongo/station-counts.ts";
import { MongoStationDirectory } from "../../servers/mongo/station-directory.ts";
import type { OverdueDocument } from "../../web/documents.ts";
import { type KnownStation, knownStations } from "../status/line-part.ts";

/** Of each station so many are looked at, the oldest first. */
const MOST_LOOKED_AT = 200;
/** So long they are searched for, where they were not derived for the station. */
const SEARCHED_MS = 10_000;
/** Without the details of their events, which may have megabytes each. */
const OLDEST_FIRST: Omit<BrowsedList, "conditions"> = {
	...{ idStart: "", firstBefore: undefined, firstAfter: undefined },
	...{ order: "first" as const, descending: false },
};

interface Asked {
	readonly mongo: Mongo;
	readonly config: Pick<Config, "components" | "batches">;
	readonly overdueMs: number;
}

/**
 * What `tangles batches overdue` would find at each station of the line: batches that could have gone on there for longer
 * than `overdueMs`, and to which its event has not happened.
 */
export async function overdueAt({ mongo, config, overdueMs }: Asked, signal: AbortSignal): Promise<OverdueDocument> {
	const { collection } = config.batches;
	const directory = new MongoStationDirectory(mongo, collection);
	const [registry, runs] = await Promise.all([directory.registry(signal), directory.runs(undefined, signal)]);
	const browser = new BatchBrowser(mongo, collection);
	const counts = new StationCounts(mongo, collection, registry);
	const at = async ({ component, event, conditions: { past, types, unless } }: KnownStation) => {
		if (event === undefined) return { more: false, overdue: [] };
		const conditions = { past, future: [event], old: [], types, ...(unless && { unless }) };
		// What was derived for the station answers it where it asks for the same.
		const key = keyOf({ component, conditions });
		const derived = await counts.oldest({ key, conditions }, MOST_LOOKED_AT, signal);
		const asked = { after: undefined, limit: MOST_LOOKED_AT, forMs: SEARCHED_MS };
		const searched = derived ? undefined : await browser.list({ ...OLDEST_FIRST, conditions }, asked, signal);
		const looked = derived ?? searched?.found.map(({ stored }) => stored) ?? [];
		const now = new Date();
		const selection = { conditions, olderMs: overdueMs };
		const found = looked.filter(isBatch).filter((batch) => isSelected(batch, selection, now));
		const overdue = found.map((batch) => ({ ...overdueItem(batch, selection, now), component, event }));
		return { more: searched?.reached !== undefined || looked.length === MOST_LOOKED_AT, overdue };
	};
	const memory = new MemoryKeeper();
	const stations: Awaited<ReturnType<typeof at>>[] = [];
	// One by one: each leaves megabytes of garbage, and nobody waits for it.
	for (const station of inLineOrder(knownStations(config, runs))) {
		stations.push(await at(station));
		memory.look();
	}
	return { overdue: stations.flatMap(({ overdue }) => overdue), more: stations.some(({ more }) => more) };
}
