import { wholeNumber } from "../../cli/arguments.ts";
import { command } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit-codes.ts";
import { prove } from "../../enumeration/verify/proof.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoStencilStore } from "../../servers/mongo/stencil-store.ts";
import { MongoTangleReader } from "../../servers/mongo/tangle-reader.ts";
import { needed } from "../shared/servers.ts";
import { renderProof } from "./text.ts";

/** Its tangles alone would fill the memory of any host. */
const MOST_TCN = 30;

export default command(
	{
		name: "verify",
		summary: "prove a finished TCN complete, by computing it again",
		details:
			"Computes every tangle of a TCN from the stored ones of lower TCN, in memory, and\n" +
			"compares them with those that are stored: missing, extra, wrong attributes, by\n" +
			"notation. Exit 1 on any; 0 is the proof that the TCN is complete, if those below\n" +
			"are. Reads only.",
		examples: [
			{ run: "tangles verify", does: "the TCN that was completed last" },
			{ run: "tangles verify --tcn 9 --json", does: "TCN 9, with every finding as JSON" },
		],
	},
	{
		tcn: { type: "string", valueHint: "N", description: "the TCN to verify (default: current_completed_tcn)" },
	},
	async ({ args, config, out, log, signal }) => {
		const asked = wholeNumber("--tcn", args.tcn, 1, MOST_TCN);
		const { mongo: server, tangles, producer } = await config("mongo");
		const mongo = openMongo(needed(server, "mongo"), producer.patienceMs, log, signal);
		try {
			const began = performance.now();
			const { completedTcn } = await new MongoStencilStore(mongo, tangles.stencilCollection).enumeration();
			const tcn = asked ?? completedTcn;
			if (tcn > completedTcn) {
				log.warn(`TCN ${tcn} is not complete yet: current_completed_tcn is ${completedTcn}`);
			}
			const reader = new MongoTangleReader(mongo, tangles.tangleCollection);
			const proof = await prove(tcn, reader, (what) => {
				signal.throwIfAborted();
				log.debug(`${what} TCN ${tcn}`);
			});
			const seconds = Math.round((performance.now() - began) / 10) / 100;
			const peak_mb = Math.round(process.resourceUsage().maxRSS / 1024);
			const complete = proof.missing + proof.extra + proof.wrong === 0;
			out.document({ collection: reader.name, complete, ...proof, seconds, peak_mb }, renderProof);
			return complete ? EXIT_CODES.done.code : EXIT_CODES.failed.code;
		} finally {
			await mongo.close();
		}
	},
);
