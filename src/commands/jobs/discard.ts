import { command } from "../../cli/command.ts";
import { changeJobs } from "./change-jobs.ts";
import { CHANGE_ARGS } from "./flags.ts";

export default command(
	{
		name: "jobs discard",
		details:
			"Deletes jobs for good. A TCN that they belong to cannot be proven complete then:\n" +
			"produce stops with 65, and `recover --restart-tcn` pushes that TCN again.",
		examples: [
			{
				run: "tangles jobs discard --state dead --reason mistaken --dry-run",
				does: "count, delete nothing",
			},
			{
				run: "tangles jobs discard --state dead --jobtype mail --queue q --reason old --yes",
				does: "another program's dead jobs, without asking",
			},
		],
	},
	CHANGE_ARGS,
	async (context) => await changeJobs(context, "discard"),
);
