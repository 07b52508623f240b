import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { ConfigWith } from "../../config/config.ts";
import type { MeasuredRate } from "../../enumeration/plan/measured-rate.ts";
import { openMongoToLook } from "../../servers/mongo/connection.ts";
import { MongoStencilReader } from "../../servers/mongo/stencil-reader.ts";
import { rateOfTcn } from "../../servers/mongo/tangle-times.ts";

/** How fast the TCN that was completed last was stored. Throws a usage fault where that took too little time to tell. */
export async function measure(config: ConfigWith<["mongo"]>, log: Log, signal: AbortSignal): Promise<MeasuredRate> {
	const { mongo: server, tangles, producer } = config;
	await using mongo = openMongoToLook(server, producer.patienceMs, log, signal);
	const { completedTcn } = await new MongoStencilReader(mongo, tangles.stencilCollection).enumeration();
	const measured = await rateOfTcn(mongo, tangles.tangleCollection, completedTcn);
	if (measured !== undefined) return measured;
	throw new Fault("usage", `--rate measured: TCN ${completedTcn}, which was completed last, took too little time`, {
		hint: "give the tangles in a second, or measure once a TCN that takes ten seconds is complete",
	});
}
