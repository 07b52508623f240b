import { command } from "../../cli/command.ts";
import { restarted } from "../../line/batches/events.ts";
import { keepingRemoved } from "../../line/batches/history.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { changeBatch, removedEvents } from "./change-batch.ts";
import { eventLine, noSuchEvent } from "./event-text.ts";
import { DRY_RUN, ID, noteOf, REASON } from "./flags.ts";
import { withStore } from "./with-store.ts";

export default command(
	{
		name: "batches restart",
		details:
			"Removes the first failed event in the order of time, or the first of the type\n" +
			"given, and all events after it, so that the line runs again from there. The\n" +
			"history of the batch keeps them; `batches undo` puts them back.",
		examples: [
			{ run: "tangles batches restart B400022028241-RT1", does: "from the first failure" },
			{ run: "tangles batches restart B400022028241-RT1 --from Data_Archived --dry-run", does: "say what would go" },
		],
	},
	{
		...ID,
		from: { type: "string", valueHint: "TYPE", description: "from the first event of this type" },
		...REASON,
		...DRY_RUN,
	},
	async (context) => {
		const { args, out, log, signal } = context;
		const { id } = parseBatchId(args.id);
		const { from } = args;
		const dryRun = args["dry-run"] === true;
		const note = { what: "restart", ...(await noteOf(context, { reason: args.reason, dryRun })) };
		await withStore(context, async (store) => {
			const changed = await changeBatch(
				store,
				id,
				(batch) => {
					if (from !== undefined && !batch.seen.includes(from)) throw noSuchEvent(batch, from);
					return keepingRemoved(batch, restarted(batch, from), note);
				},
				{ dryRun, signal },
			);
			const removed = removedEvents(changed);
			if (removed.length === 0) log.info(`${id} has no failed event; nothing was changed`);
			out.receipt({ id, dry_run: dryRun, removed }, () =>
				removed.map((event) => `${dryRun ? "would remove" : "removed"} ${eventLine(event)}\n`).join(""),
			);
		});
	},
);
