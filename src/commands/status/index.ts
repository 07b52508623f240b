import { sleep } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { collectStatus } from "./collect-status.ts";
import { statusText } from "./text.ts";

const EVERY_MS = 2000;
/** From the upper left corner, each line cleared to its end, and all below the last. */
const redrawn = (text: string) => `\u001b[H${text.replaceAll("\n", "\u001b[K\n")}\u001b[J`;

export default command(
	{
		name: "status",
		details:
			"Shows what is configured; a server that does not answer is named,\n" +
			"and all else is shown (exit code as for that fault). A block in the last column\n" +
			"is a stencil: full complete, half started, light without headroom, dot new.",
		componentsApart: true,
		examples: [
			{ run: "tangles status", does: "everything, now" },
			{ run: "tangles status --json", does: "the same as one JSON document" },
		],
	},
	{ watch: { type: "boolean", description: "refresh every 2 s, on a terminal in place, until stopped" } },
	async (context) => {
		const { args, out, log, signal } = context;
		const config = await context.config();
		if (config.mongo === undefined && config.faktory === undefined && config.zookeeper === undefined) {
			throw new Fault("config", `${config.file ?? "no config file"}: no server is named`, {
				hint: "write faktory-connection-info, db-connection-info or zookeeper-connection-info",
			});
		}
		for (;;) {
			const { status, failures } = await collectStatus(config, log, signal);
			const watching = args.watch === true;
			if (watching && out.json) out.event(status);
			else if (watching) out.document(status, (it) => (out.terminal ? redrawn(statusText(it)) : `${statusText(it)}\n`));
			else out.document(status, statusText);
			if (!watching) {
				if (failures.length > 0) throw failures[0];
				return;
			}
			await sleep(EVERY_MS, signal);
		}
	},
);
