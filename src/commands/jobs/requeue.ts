import { command } from "../../cli/command.ts";
import { changeJobs } from "./change-jobs.ts";
import { CHANGE_ARGS } from "./flags.ts";

export default command(
	{
		name: "jobs requeue",
		details:
			"Puts jobs back into their queue, the existing runner's too. Jobs of other types\n" +
			"and queues stay where they are. Safe to repeat, also after a kill: no job is\n" +
			"lost. A dead job that fails once more is dead again: see first what it died of.",
		examples: [
			{ run: "tangles jobs requeue --state dead --reason disk-was-full --yes", does: "try all dead jobs again" },
			{
				run: "tangles jobs requeue --state retries --reason server-is-back --dry-run",
				does: "count, change nothing",
			},
		],
	},
	CHANGE_ARGS,
	async (context) => await changeJobs(context, "requeue"),
);
