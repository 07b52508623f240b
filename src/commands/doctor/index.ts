import { withDeadline } from "../../base/deadline.ts";
import { Fault, isFault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import type { Config } from "../../config/config.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import { configLines, warningLines } from "./config-part.ts";
import { containmentLine } from "./containment-part.ts";
import { faktoryLines } from "./faktory-part.ts";
import { hostLines } from "./host-part.ts";
import { type AddLines, fail, type Line, thrownLine } from "./line.ts";
import { mongoLines } from "./mongo-part.ts";
import { doctorText } from "./text.ts";
import { zookeeperLines } from "./zookeeper-part.ts";

/** For one server; a look that takes longer is a fault by itself. */
const PATIENCE_MS = 3000;
const LONGEST_MS = 8000;

/** The lines of one part; what it throws is a line too, behind those that it had before. */
async function part(name: string, look: (add: AddLines) => Promise<void>): Promise<Line[]> {
	const lines: Line[] = [];
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

async function examine(config: Config, context: Parameters<typeof openMongo>[2], signal: AbortSignal): Promise<Line[]> {
	const { mongo: server, faktory, zookeeper } = config;
	const parts = await Promise.all([
		server &&
			part("mongo", async (add) => {
				await using mongo = openMongo(server, PATIENCE_MS, context, signal);
				await mongoLines(mongo, server, config, add);
			}),
		faktory && part("faktory", async (add) => add(await faktoryLines(faktory, PATIENCE_MS))),
		zookeeper &&
			part("zookeeper", async (add) =>
				add(await zookeeperLines(zookeeper, () => openSession(zookeeper, signal, PATIENCE_MS))),
			),
	]);
	return parts.flatMap((lines) => lines ?? []);
}

export default command(
	{
		name: "doctor",
		details:
			"Each line is ok, warn or fail, with the hint. Writes and deletes in a scratch\n" +
			"place of each server to try the rights, and touches nothing else. Exit 1 where\n" +
			"anything fails.",
		componentsApart: true,
		examples: [
			{ run: "tangles doctor", does: "check everything that is configured" },
			{ run: "tangles doctor --json", does: "the same as one JSON document" },
		],
	},
	{},
	async (context) => {
		const { out, log, signal } = context;
		const odd: Line[] = [];
		let lines: Line[];
		try {
			const config = await context.configWith(warningLines(odd));
			const servers = await examine(config, log, signal);
			lines = [...hostLines(), ...configLines(config), ...odd, containmentLine(), ...servers];
		} catch (error) {
			if (!isFault(error, "config")) throw error;
			const hint = "correct the file or the environment; `tangles --help` and the README have the keys";
			const faults = error.message.split("\n").map((text) => fail("config", text, error.hint ?? hint));
			lines = [...hostLines(), ...faults, ...odd];
		}
		const failed = lines.filter(({ state }) => state === "fail").length;
		const warned = lines.filter(({ state }) => state === "warn").length;
		out.document({ failed, warned, lines }, () => doctorText(lines));
		if (failed > 0)
			throw new Fault("failed", `${failed} of ${lines.length}checks failed`, { hint: "see the lines above" });
	},
);
