import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit-codes.ts";
import { countFlag, sizeFlag } from "../../cli/flags.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import { prove } from "../../enumeration/verify/prove.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoStencilReader } from "../../servers/mongo/stencil-reader.ts";
import { MongoTangleReader } from "../../servers/mongo/tangle-reader.ts";
import { requireUniqueNotation } from "../../servers/mongo/tangle-table.ts";
import { createProofReporter } from "./progress.ts";
import { renderProof } from "./text.ts";

const MEMORY_BYTES = 100e6;
/** Less would mean a pass for a handful of tangles. */
const LEAST_MEMORY_BYTES = 1000;

export default command(
	{
		name: "verify",
		details:
			"Reads every stored tangle of a TCN: each must be a tangle of the enumeration by\n" +
			"its notation, with the right attributes, and none stored twice; and they must be\n" +
			"as many as the formula says. Names what is missing, extra or has wrong\n" +
			"attributes. Exit 1 on any; 0 is the proof that the TCN is complete. Reads only.",
		examples: [
			{ run: "tangles verify", does: "the TCN that was completed last" },
			{ run: "tangles verify --tcn 9 --json", does: "TCN 9, with every finding as JSON" },
		],
	},
	{
		tcn: countFlag({
			least: 1,
			most: MOST_NUMBERED_TCN,
			description: "the TCN to verify (default: current_completed_tcn)",
		}),
		"count-only": {
			type: "boolean",
			description: "do not name what is missing; needs the unique index on notation, and no memory for a set",
		},
		memory: sizeFlag({
			least: LEAST_MEMORY_BYTES,
			description: "memory for the set of tangles seen, a bit each; a larger set takes several passes (default 100MB)",
		}),
	},
	async ({ args, config, out, log, progress, signal }) => {
		const { tcn: asked, memory: memoryBytes = MEMORY_BYTES } = args;
		const detail = args["count-only"] === true ? "count" : "full";
		const { mongo: server, tangles, producer } = await config("mongo");
		await using mongo = openMongo(server, producer.patienceMs, log, signal);
		const began = performance.now();
		const { completedTcn } = await new MongoStencilReader(mongo, tangles.stencilCollection).enumeration();
		const tcn = asked ?? completedTcn;
		if (tcn > MOST_NUMBERED_TCN) {
			throw new Fault("usage", `TCN ${tcn} is beyond ${MOST_NUMBERED_TCN}, the last one that can be verified`, {
				hint: "give a TCN with --tcn",
			});
		}
		if (tcn > completedTcn) {
			log.warn(`TCN ${tcn} is not complete yet: current_completed_tcn is ${completedTcn}`);
		}
		const reader = new MongoTangleReader(mongo, tangles.tangleCollection);
		if (detail === "count") {
			await requireUniqueNotation(mongo, tangles.tangleCollection, "leave out --count-only, or ");
		}
		const report = createProofReporter(tcn, progress, log);
		const proof = await prove(reader, { tcn, detail, memoryBytes }, (state) => {
			signal.throwIfAborted();
			report(state);
		}).finally(() => progress.hide());
		const seconds = Math.round((performance.now() - began) / 10) / 100;
		const peak_mb = Math.round(process.resourceUsage().maxRSS / 1024);
		const complete = proof.missing + proof.extra + proof.wrong === 0;
		out.document({ collection: reader.name, complete, ...proof, seconds, peak_mb }, renderProof);
		return complete ? EXIT_CODES.done.code : EXIT_CODES.failed.code;
	},
);
