import { command } from "../../cli/command.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { restarted } from "../../line/batches/events.ts";
import { keepingRemoved } from "../../line/batches/history.ts";
import { changeBatch, removedEvents } from "./change-batch.ts";
import { eventLine, noSuchEvent } from "./event-text.ts";
import { DRY_RUN, ID_OF_ONE, noteOf, noteOfMany, REASON } from "./flags.ts";
import { changeMany } from "./in-bulk.ts";
import { oneOrMany, SELECT } from "./select.ts";
import { withStore } from "./with-store.ts";

export default command(
	{
		name: "batches restart",
		details:
			"Removes the first failed event in the order of time, or the first of the type\n" +
			"given, and all events after it, so that the line runs again from there. The\n" +
			"history of the batch keeps them; `batches undo` puts them back. Of many batches\n" +
			"each is looked at again as it is changed: the same command may be repeated.",
		examples: [
			{ run: "tangles batches restart B400022028241-RT1", does: "from the first failure" },
			{ run: "tangles batches restart B400022028241-RT1 --from Data_Archived --dry-run", does: "say what would go" },
			{ run: "tangles batches restart --failed Data_Archived --reason disk --yes", does: "all that failed there" },
		],
	},
	{
		...ID_OF_ONE,
		from: { type: "string", valueHint: "TYPE", description: "from the first event of this type" },
		...SELECT,
		...REASON,
		...DRY_RUN,
	},
	async (context) => {
		const { args, out, log, signal } = context;
		const meant = oneOrMany(args.id, args);
		const { from } = args;
		const dryRun = args["dry-run"] === true;
		const why = { reason: args.reason, dryRun };
		if ("selection" in meant) {
			const note = { what: "restart", ...(await noteOfMany(context, why)) };
			const mutate = (batch: Batch) => keepingRemoved(batch, restarted(batch, from), note);
			const bulk = { ...meant, what: "restart", mutate, yes: args.yes === true, dryRun };
			await withStore(context, async (store) => await changeMany(context, store, bulk));
			return;
		}
		const { id } = meant;
		const note = { what: "restart", ...(await noteOf(context, why)) };
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
