import { hostname } from "node:os";
import type { StationStore } from "../../line/batches/ports.ts";
import type { ComponentEvent } from "../../line/component/events.ts";
import type { Component } from "../../line/component/ports.ts";
import { joinStation } from "../../line/stations/join-station.ts";
import type { StationDirectory } from "../../line/stations/ports.ts";
import type { StationRun } from "../../line/stations/run.ts";
import { StationBatches } from "../../line/stations/station-batches.ts";
import { BATCH_INDEXES } from "../../servers/mongo/batch-query.ts";
import { MongoReadiness } from "../../servers/mongo/batch-readiness.ts";
import { MongoBatchStore } from "../../servers/mongo/batch-store.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { ensureIndexes } from "../../servers/mongo/indexes.ts";
import { MongoStationDirectory } from "../../servers/mongo/station-directory.ts";

/** What a component's run has of the line. */
export interface LineOfRun {
	readonly directory: StationDirectory;
	readonly store: StationStore;
	readonly run: StationRun;
}

interface Joining {
	readonly mongo: Mongo;
	/** Of the batches. */
	readonly collection: string;
	readonly component: Component;
	readonly emit: (event: ComponentEvent) => void;
	readonly signal: AbortSignal;
}

/**
 * Registers the component as a station of the line, emits what people must know of its conditions, and gives the
 * batches as they are derived for it. A station that is new, and once an hour one that is known, makes the indexes that
 * are missing, as `init` does: a database that was prepared by an earlier version has not all of them.
 */
export async function joinLine({ mongo, collection, component, emit, signal }: Joining): Promise<LineOfRun> {
	const { name, event, version } = component;
	const directory = new MongoStationDirectory(mongo, collection);
	const joining = { component: name, conditions: component, host: hostname(), event, version };
	const prepare = async () => void (await ensureIndexes(mongo, collection, BATCH_INDEXES, false));
	const { registry, own, run, remarks } = await joinStation(directory, joining, { signal, prepare });
	for (const why of remarks) emit({ event: "conditions", component: name, why });
	const readiness = new MongoReadiness(mongo, collection, { registry });
	const store = new StationBatches(new MongoBatchStore(mongo, collection, registry), readiness, own);
	return { directory, store, run };
}
