import { availableParallelism } from "node:os";
import { Fault } from "../../base/fault.ts";
import { revealed } from "../../base/revealed.ts";
import { command } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit-codes.ts";
import { choicesFlag, countFlag, sizeFlag } from "../../cli/flags.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import { POSITIVITIES } from "../../enumeration/tangles/tangle.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoStencilReader } from "../../servers/mongo/stencil-reader.ts";
import { atOnce, MOST_PROCESSES } from "../shared/at-once.ts";
import { verifyAgainst } from "./against.ts";
import type { ExaminerSource } from "./examiner.ts";
import { proveStored } from "./prove-stored.ts";

const MEMORY_BYTES = 100e6;
/** Of one more process: its channel. */
const FILES_EACH = 2;
/** Less would mean a pass for a handful of tangles. */
const LEAST_MEMORY_BYTES = 1000;

/** Throws a usage fault where `name` was given and `other` says why it has no place. */
function refuse(name: string, given: boolean, hint: string): void {
	if (given) throw new Fault("usage", `${name} has no meaning here`, { hint });
}

export default command(
	{
		name: "verify",
		details:
			"Reads every stored tangle of a TCN: each must be a tangle of the enumeration by\n" +
			"its notation, with the right attributes, and none stored twice; and they must be\n" +
			"as many as the formula says. Names what is missing, extra or has wrong\n" +
			"attributes. Exit 1 on any; 0 is the proof that the TCN is complete. Reads only.\n" +
			"One that was stopped is not resumed, it begins again: what was read before may\n" +
			"have changed since.\n\n" +
			"With --against it compares what is stored with a table in place of that: files\n" +
			"of notations side by side, JSON Lines or CSV, gzipped or not, in any order.",
		examples: [
			{ run: "tangles verify", does: "the TCN that was completed last" },
			{ run: "tangles verify --tcn 9 --json", does: "TCN 9, with every finding as JSON" },
			{
				run: "tangles verify --against published --up-to 2",
				does: "whether the table in a folder has the stored tangles to TCN 2, and no other",
			},
		],
	},
	{
		file: {
			type: "positional",
			required: false,
			many: true,
			description: "with --against: more files and folders of the table",
		},
		tcn: countFlag({
			least: -1,
			most: MOST_NUMBERED_TCN,
			description: "the TCN to verify (default: current_completed_tcn; with --against all to that one)",
		}),
		against: { type: "string", valueHint: "DIR|FILE", description: "compare with this table", file: { ending: "" } },
		"up-to": countFlag({ least: -1, most: MOST_NUMBERED_TCN, description: "with --against: only TCN -1 to N" }),
		positivity: choicesFlag(POSITIVITIES, {
			description: `with --against: only these of ${POSITIVITIES.join(", ")}`,
		}),
		good: { type: "boolean", description: "with --against: only tangles that are good" },
		"count-only": {
			type: "boolean",
			description: "do not name what is missing; needs the unique index on notation, and no memory for a set",
		},
		concurrency: countFlag({
			least: 1,
			most: MOST_PROCESSES,
			// Without their number: the manual and the completions of a package are those of any host.
			description: "processes that look at the tangles (default: as many as the host has cores)",
		}),
		memory: sizeFlag({
			least: LEAST_MEMORY_BYTES,
			description: "memory for the set of tangles seen, a bit each; a larger set takes several passes (default 100MB)",
		}),
	},
	async ({ args, config, out, log, progress, signal, cwd }) => {
		const { tcn, against, positivity, file: more, "up-to": upTo, memory: memoryBytes = MEMORY_BYTES } = args;
		const detail = args["count-only"] === true ? "count" : "full";
		const good = args.good === true;
		const concurrency = atOnce(args.concurrency ?? availableParallelism(), FILES_EACH, log);
		if (against === undefined) {
			const hint = "it is for --against DIR|FILE";
			refuse(`${more[0]}`, more.length > 0, hint);
			refuse("--up-to", upTo !== undefined, hint);
			refuse("--positivity", positivity !== undefined, hint);
			refuse("--good", good, hint);
			refuse("--tcn below 1", tcn !== undefined && tcn < 1, "TCN 1 is the first that can be proved complete");
		} else {
			refuse("--count-only", detail === "count", "it is for a proof, without --against");
			refuse("--concurrency", args.concurrency !== undefined, "it is for a proof, without --against");
			refuse("--up-to", upTo !== undefined && tcn !== undefined, "leave out one of --tcn and --up-to");
		}
		const { mongo: server, tangles, producer } = await config("mongo");
		await using mongo = openMongo(server, producer.patienceMs, log, signal);
		const { completedTcn } = await new MongoStencilReader(mongo, tangles.stencilCollection).enumeration();
		const { tangleCollection: collection } = tangles;
		const source: ExaminerSource = revealed({ server, collection, patienceMs: producer.patienceMs });
		const tools = { mongo, collection, out, log, progress, signal };
		const isRight =
			against === undefined
				? await proveStored({ tcn: tcn ?? completedTcn, detail, memoryBytes, completedTcn, concurrency, source }, tools)
				: await verifyAgainst(
						{ paths: [against, ...more], tcn, upTo, positivity, good, memoryBytes, completedTcn },
						{ ...tools, cwd },
					);
		return isRight ? EXIT_CODES.done.code : EXIT_CODES.failed.code;
	},
);
