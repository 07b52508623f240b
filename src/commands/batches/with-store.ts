import type { Context } from "../../cli/command.ts";
import { EMPTY_REGISTRY, type Registry } from "../../line/stations/station.ts";
import { BatchImport } from "../../servers/mongo/batch-import.ts";
import { MongoBatchStore } from "../../servers/mongo/batch-store.ts";
import { type Mongo, openMongo, openMongoToLook } from "../../servers/mongo/connection.ts";
import { MongoStationDirectory } from "../../servers/mongo/station-directory.ts";

type Frame = Pick<Context<Record<never, never>>, "config" | "log" | "signal">;
type Work = (store: MongoBatchStore, bulk: BatchImport) => Promise<void>;

/** Runs `work` on the configured batch collection, and closes the connection. */
export async function withStore(frame: Frame, work: Work): Promise<void> {
	await runOn(openMongo, frame, work, (mongo, collection) =>
		new MongoStationDirectory(mongo, collection).registry(frame.signal),
	);
}

/** The same for lists, which may be read from the members that the address of MongoDB names. */
export async function withStoreForReading(frame: Frame, work: Work): Promise<void> {
	await runOn(openMongoToLook, frame, work, async () => EMPTY_REGISTRY);
}

async function runOn(
	open: typeof openMongo,
	{ config, log, signal }: Frame,
	work: Work,
	registryOf: (mongo: Mongo, collection: string) => Promise<Registry>,
): Promise<void> {
	const { mongo: server, batches, producer } = await config("mongo");
	await using opened = new AsyncDisposableStack();
	const mongo = opened.adopt(open(server, producer.patienceMs, log, signal), (it) => it.close());
	const { collection } = batches;
	const registry = await registryOf(mongo, collection);
	await work(new MongoBatchStore(mongo, collection, registry), new BatchImport(mongo, collection, registry));
}
