import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { requireBatch } from "../../line/batches/change.ts";
import { without } from "../../line/batches/events.ts";
import { keepingRemoved } from "../../line/batches/history.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { changeBatch, removedEvents } from "./change-batch.ts";
import { eventLine, noSuchEvent } from "./event-text.ts";
import { DRY_RUN, ID, noteOf, REASON } from "./flags.ts";
import { withStore } from "./with-store.ts";

/** The batch's events of that type as one text, to be compared. */
const eventsOf = ({ events }: Batch, type: string) => JSON.stringify(events.filter((event) => event.type === type));

export default command(
	{
		name: "batches rm-event",
		details: "The batch's history keeps them; `batches undo` puts them back.",
		examples: [
			{ run: "tangles batches rm-event B400022028241-RT1 Data_Received --dry-run", does: "say what would go" },
			{ run: "tangles batches rm-event B400022028241-RT1 Data_Received --yes", does: "without asking, for scripts" },
		],
	},
	{
		...ID,
		type: { type: "positional", required: true, description: "type of the events" },
		yes: { type: "boolean", description: "do not ask" },
		...REASON,
		...DRY_RUN,
	},
	async (context) => {
		const { args, out, signal } = context;
		const { id } = parseBatchId(args.id);
		const { type } = args;
		const dryRun = args["dry-run"] === true;
		await withStore(context, async (store) => {
			const shown = await requireBatch(store, id, signal);
			if (!shown.seen.includes(type)) throw noSuchEvent(shown, type);
			const count = shown.events.length - without(shown, type).events.length;
			const what = `remove ${count === 1 ? "one event" : `${count} events`} ${type} from ${id}`;
			if (!dryRun) await context.confirm(what, args.yes === true);
			const note = { what: "rm-event", ...(await noteOf(context, { reason: args.reason, dryRun })) };
			const changed = await changeBatch(
				store,
				id,
				(batch) => {
					if (eventsOf(batch, type) === eventsOf(shown, type)) return keepingRemoved(batch, without(batch, type), note);
					throw new Fault("failed", `events ${type} of ${id} were added or removed meanwhile; nothing was removed`, {
						hint: "`tangles batches show` has the events as they are now; repeat the command if it is still meant",
					});
				},
				{ dryRun, signal },
			);
			out.receipt({ id, dry_run: dryRun, removed: removedEvents(changed) }, ({ removed }) =>
				removed.map((event) => `${dryRun ? "would remove" : "removed"} ${eventLine(event)}\n`).join(""),
			);
		});
	},
);
