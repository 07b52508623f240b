import { within } from "../../base/deadline.ts";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import type { Config } from "../../config/config.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import { configLines } from "./config-part.ts";
import { containmentLine } from "./containment-part.ts";
import { faktoryLines } from "./faktory-part.ts";
import { fail, type Line } from "./line.ts";
import { mongoLines } from "./mongo-part.ts";
import { doctorText } from "./text.ts";
import { zookeeperLines } from "./zookeeper-part.ts";

/** For one server; a look that takes longer is a fault by itself. */
const PATIENCE_MS = 3000;
const LONGEST_MS = 8000;

/** The lines of one part; what it throws is a line too. */
async function part(name: string, look: () => Promise<Line[]>): Promise<Line[]> {
	try {
		const late = () => new Fault("unreachable", `not all could be looked at within ${LONGEST_MS / 1000} s`);
		return await within(LONGEST_MS, look(), late);
	} catch (error) {
		if (!isFault(error)) throw error;
		const mend = error.mend ?? "see that the server runs, and that its address and login are right";
		return [fail(name, messageOf(error), mend)];
	}
}

async function examine(config: Config, context: Parameters<typeof openMongo>[2], signal: AbortSignal): Promise<Line[]> {
	const { mongo: server, faktory, zookeeper } = config;
	const parts = await Promise.all([
		server &&
			part("mongo", async () => {
				const mongo = openMongo(server, PATIENCE_MS, context, signal);
				try {
					return await mongoLines(mongo, server.address, config);
				} finally {
					await mongo.close();
				}
			}),
		faktory && part("faktory", () => faktoryLines(faktory, PATIENCE_MS)),
		zookeeper && part("zookeeper", () => zookeeperLines(zookeeper, () => openSession(zookeeper, signal, PATIENCE_MS))),
	]);
	return parts.flatMap((lines) => lines ?? []);
}

export default command(
	{
		name: "doctor",
		summary: "config, servers, versions, indexes, rights, clock; and what to do",
		details:
			"Each line is ok, warn or fail, with the mend. Writes and deletes in a scratch\n" +
			"place of each server to try the rights, and touches nothing else. Exit 1 where\n" +
			"anything fails.",
		examples: [
			{ run: "tangles doctor", does: "look at everything that is configured" },
			{ run: "tangles doctor --json", does: "the same as one JSON document" },
		],
	},
	{},
	async (context) => {
		const { out, log, signal } = context;
		let lines: Line[];
		try {
			const config = await context.config();
			lines = [...configLines(config), containmentLine(), ...(await examine(config, log, signal))];
		} catch (error) {
			if (!isFault(error, "config")) throw error;
			const mend = "mend the file or the environment; `tangles --help` and the README have the keys";
			lines = error.message.split("\n").map((text) => fail("config", text, error.mend ?? mend));
		}
		const failed = lines.filter(({ state }) => state === "fail").length;
		const warned = lines.filter(({ state }) => state === "warn").length;
		out.document({ failed, warned, lines }, () => doctorText(lines));
		if (failed > 0)
			throw new Fault("failed", `${failed} of ${lines.length} looks failed`, { mend: "see the lines above" });
	},
);
