import { command } from "../../cli/command.ts";
import { newestOf } from "../../line/batches/derive.ts";
import { touched } from "../../line/batches/events.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { changeBatch } from "./change-batch.ts";
import { warnOfTimesAhead } from "./event-text.ts";
import { DRY_RUN, ID } from "./flags.ts";
import { withStore } from "./with-store.ts";

export default command(
	{
		name: "batches touch",
		details: "Sets its time of change to now: stations that ask for old events take it again.",
		examples: [
			{ run: "tangles batches touch B400022028241-RT1", does: "have it checked again" },
			{ run: "tangles batches touch B400022028241-RT1 --dry-run", does: "say what would be changed" },
		],
	},
	{ ...ID, ...DRY_RUN },
	async (context) => {
		const { args, out, log, signal } = context;
		const { id } = parseBatchId(args.id);
		const dryRun = args["dry-run"] === true;
		const now = new Date();
		await withStore(context, async (store) => {
			const { before, after } = await changeBatch(store, id, (batch) => touched(batch, now), { dryRun, signal });
			warnOfTimesAhead(log, before);
			for (const event of newestOf(after.events).values()) {
				if (!after.current.includes(event.type)) continue;
				log.warn(`${event.type} stays newer than the change: its time is in the future`, {
					theirs: event.time.toISOString(),
				});
			}
			out.receipt(
				{ id, dry_run: dryRun, was: before.modified, modified: now },
				() =>
					`${id} ${dryRun ? "would be modified" : "modified"} ${now.toISOString()}, was ${before.modified.toISOString()}`,
			);
		});
	},
);
