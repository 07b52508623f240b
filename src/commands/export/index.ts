import { resolve } from "node:path";
import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { choiceFlag, choicesFlag, countFlag, sizeFlag } from "../../cli/flags.ts";
import { exportTable, streamTable } from "../../enumeration/export/export-table.ts";
import {
	expectedTangles,
	FORMATS,
	type TableQuery,
	type TcnCount,
	whyIncomplete,
} from "../../enumeration/export/table.ts";
import { MOST_TCN } from "../../enumeration/stencils/stencils.ts";
import { POSITIVITIES } from "../../enumeration/tangles/tangle.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoStencilReader } from "../../servers/mongo/stencil-reader.ts";
import { MongoTangleTable, requireUniqueNotation } from "../../servers/mongo/tangle-table.ts";
import { openTableFolder } from "./folder.ts";

const FILE_BYTES = 1e6;
const LEAST_FILE_BYTES = 1000;
/** A file of each TCN is in memory. */
const MOST_FILE_BYTES = 8e6;

/** Where the table goes: a folder, or undefined for stdout. Throws a usage fault unless exactly one is named. */
function destinationOf(dir: string | undefined, to: string | undefined): string | undefined {
	if (to !== undefined && to !== "-")
		throw new Fault("usage", `--to is "${to}"`, { hint: "give --to -, for stdout, or --dir" });
	if ((dir === undefined) === (to === undefined)) {
		throw new Fault("usage", "a table goes to one place", { hint: "give either --dir DIR or --to -" });
	}
	return dir;
}

export default command(
	{
		name: "export",
		details:
			"Writes all tangles up to a TCN, or of one, ordered by (TCN, notation): equal\n" +
			"sets give equal bytes. Each file has tangles of one TCN; manifest.json has their\n" +
			"numbers and sums. A run that was killed goes on where it was. Formats: text\n" +
			"(notations side by side, each begins with i), jsonl and csv (all attributes).",
		examples: [
			{ run: "tangles export --dir table", does: "all tangles to current_completed_tcn, as text" },
			{
				run: "tangles export --tcn 2 --positivity neutral,positive --format csv --to -",
				does: "those of TCN 2 that are not negative, on stdout",
			},
		],
	},
	{
		dir: {
			type: "string",
			valueHint: "DIR",
			description: "a folder that is new, empty, or has this export unfinished",
		},
		to: { type: "string", valueHint: "-", description: "stdout, in place of a folder" },
		tcn: countFlag({ least: -1, most: MOST_TCN, description: "only this TCN" }),
		"up-to": countFlag({ least: -1, most: MOST_TCN, description: "TCN -1 to N (default: current_completed_tcn)" }),
		format: choiceFlag(FORMATS, { description: "how a file is written (default text)" }),
		positivity: choicesFlag(POSITIVITIES, { description: `of ${POSITIVITIES.join(", ")} (default all)` }),
		good: { type: "boolean", description: "only tangles that are good" },
		"file-size": sizeFlag({
			least: LEAST_FILE_BYTES,
			most: MOST_FILE_BYTES,
			description: "most of a file before compression (default 1MB)",
		}),
		gzip: { type: "boolean", description: "compress each file" },
	},
	async ({ args, config, out, log, progress, signal, cwd, version }) => {
		const dir = destinationOf(args.dir, args.to);
		const { format = "text", tcn: only, "up-to": upTo, positivity = POSITIVITIES } = args;
		if (only !== undefined && upTo !== undefined) {
			throw new Fault("usage", "--tcn and --up-to are both given", { hint: "leave out one of them" });
		}
		if (dir === undefined && args.gzip === true) {
			throw new Fault("usage", "--gzip is for files", { hint: "pipe the output of --to - into gzip" });
		}
		const shape = { format, file_size: args["file-size"] ?? FILE_BYTES, gzip: args.gzip === true };
		const { mongo: server, tangles, producer } = await config("mongo");
		await using mongo = openMongo(server, producer.patienceMs, log, signal);
		const { completedTcn } = await new MongoStencilReader(mongo, tangles.stencilCollection).enumeration();
		const to_tcn = only ?? upTo ?? completedTcn;
		if (to_tcn > completedTcn) {
			log.warn(`TCN ${to_tcn} is not complete yet: current_completed_tcn is ${completedTcn}`);
		}
		await requireUniqueNotation(mongo, tangles.tangleCollection);
		const table = new MongoTangleTable(mongo, tangles.tangleCollection);
		const query: TableQuery = { from_tcn: only ?? -1, to_tcn, positivity, good: args.good === true };
		const warn = (count: TcnCount) => {
			const why = whyIncomplete(query, count);
			if (why !== undefined) log.warn(why);
		};
		if (dir === undefined) {
			await out.raw(streamTable(table, query, format, warn));
			return;
		}
		const began = performance.now();
		const total = expectedTangles(query);
		const exported = { query, shape, version };
		const folder = await openTableFolder(resolve(cwd, dir), exported);
		const before = folder.finished.length;
		if (before > 0) log.info(`goes on behind ${before} files of an earlier run`);
		const {
			tangles: count,
			files,
			tcns,
		} = await exportTable(table, folder, exported, (done) => {
			signal.throwIfAborted();
			progress.show("tangles", { done, total, notes: "" });
		}).finally(() => progress.hide());
		for (const each of tcns) warn(each);
		const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
		const seconds = Math.round((performance.now() - began) / 10) / 100;
		const result = { dir, tangles: count, files: files.length, files_before: before, bytes, seconds };
		out.document(
			result,
			() => `${count.toLocaleString("en")} tangles, ${files.length} files, ${bytes} bytes in ${dir}`,
		);
	},
);
