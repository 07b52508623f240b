import { withDeadline } from "../../base/deadline.ts";
import type { DoctorLine } from "../../base/doctor-line.ts";
import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { Config } from "../../config/config.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import { faktoryLines } from "./faktory-part.ts";
import { type AddLines, thrownLine } from "./line.ts";
import { mongoLines } from "./mongo-part.ts";
import { zookeeperLines } from "./zookeeper-part.ts";

/** For one server; a look that takes longer is a fault by itself. */
const PATIENCE_MS = 3000;
const LONGEST_MS = 8000;

/** The lines of one part; what it throws is a line too, behind those that it had before. */
async function part(name: string, look: (add: AddLines) => Promise<void>): Promise<DoctorLine[]> {
	const lines: DoctorLine[] = [];
	let ended = false;
	const add: AddLines = (more) => {
		if (!ended) lines.push(...more);
	};
	try {
		const late = () => new Fault("unreachable", `not everything was checked within ${LONGEST_MS / 1000} s`);
		await withDeadline(LONGEST_MS, look(add), late);
	} catch (error) {
		lines.push(thrownLine(name, error));
	}
	ended = true;
	return lines;
}

export interface Examining {
	readonly log: Log;
	readonly signal: AbortSignal;
	/** False where nothing may be written, not even for a moment: rights are not tried then. */
	readonly tryRights: boolean;
}

/** The lines of all servers that are configured, each asked for itself. */
export async function examine(config: Config, { log, signal, tryRights }: Examining): Promise<DoctorLine[]> {
	const { mongo: server, faktory, zookeeper } = config;
	const parts = await Promise.all([
		server &&
			part("mongo", async (add) => {
				await using mongo = openMongo(server, PATIENCE_MS, log, signal);
				await mongoLines(mongo, server, { ...config, tryRights }, add);
			}),
		faktory && part("faktory", async (add) => add(await faktoryLines(faktory, PATIENCE_MS))),
		zookeeper &&
			part("zookeeper", async (add) =>
				add(await zookeeperLines(zookeeper, () => openSession(zookeeper, signal, PATIENCE_MS), tryRights)),
			),
	]);
	return parts.flatMap((lines) => lines ?? []);
}
