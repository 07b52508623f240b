import type { Context } from "../../cli/command.ts";
import { BatchImport } from "../../servers/mongo/batch-import.ts";
import { MongoBatchStore } from "../../servers/mongo/batch-store.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { needed } from "../shared/servers.ts";

/** Runs `work` on the configured batch collection, and closes the connection. */
export async function withStore(
	{ config, log, signal }: Pick<Context<Record<never, never>>, "config" | "log" | "signal">,
	work: (store: MongoBatchStore, bulk: BatchImport) => Promise<void>,
): Promise<void> {
	const { mongo: server, batches, producer } = await config("mongo");
	const mongo = openMongo(needed(server, "mongo"), producer.patienceMs, log, signal);
	try {
		await work(new MongoBatchStore(mongo, batches.collection), new BatchImport(mongo, batches.collection));
	} finally {
		await mongo.close();
	}
}
