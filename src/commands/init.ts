import { command } from "../cli/command.ts";
import { countFlag } from "../cli/flags.ts";
import { table } from "../cli/table.ts";
import { MOST_TCN } from "../enumeration/stencils/stencils.ts";
import { openMongo } from "../servers/mongo/connection.ts";
import { initialise } from "../servers/mongo/init.ts";

export default command(
	{
		name: "init",
		details:
			"On a live database it adds what is missing and changes nothing else: states,\n" +
			"cursors and max_tcn stay as they are. The batches' collection and its indexes\n" +
			"are made where the config has components, or with --batches; what follows from\n" +
			"the events of existing batches is then written anew where it does not fit.",
		examples: [
			{ run: "tangles init --max-tcn 12", does: "prepare an enumeration up to TCN 12" },
			{ run: "tangles init --dry-run --json", does: "say what is missing, as JSON" },
		],
	},
	{
		"max-tcn": countFlag({
			least: 3,
			most: MOST_TCN,
			default: "26",
			description: "stencils up to this TCN; max_tcn of a new config document",
		}),
		batches: { type: "boolean", description: "make the batches' indexes although no component is configured" },
		"dry-run": { type: "boolean", description: "say what would be added, and add nothing" },
	},
	async ({ args, config, out, log, signal }) => {
		const maxTcn = args["max-tcn"];
		const dryRun = args["dry-run"] === true;
		const { mongo: server, tangles, batches, components, producer } = await config("mongo");
		await using mongo = openMongo(server, producer.patienceMs, log, signal);
		const line = components.size > 0 || args.batches === true ? batches : undefined;
		const result = await initialise(mongo, { tangles, batches: line, maxTcn, dryRun });
		if (result.max_tcn !== maxTcn) {
			log.warn("max_tcn is kept as the config document has it", { kept: result.max_tcn, asked: maxTcn });
			const set = `db.${tangles.stencilCollection}.updateOne({ _id: "config" }, { $set: { max_tcn: ${maxTcn} } })`;
			if (result.max_tcn < maxTcn) log.warn(`to go further, change it in ${server.database}: ${set}`);
		}
		const added = dryRun ? "would add" : "added";
		out.receipt({ dry_run: dryRun, ...result }, ({ parts }) =>
			table(
				["what", "collection", "present", added],
				parts.map((part) => [part.what, part.collection, part.present, part.added]),
			),
		);
	},
);
