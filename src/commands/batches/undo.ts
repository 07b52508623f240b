import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { lastRemoval, undone } from "../../line/batches/history.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { changeBatch } from "./change-batch.ts";
import { eventLine, warnOfTimesAhead } from "./event-text.ts";
import { DRY_RUN, ID, noteOf, REASON } from "./flags.ts";
import { withStore } from "./with-store.ts";

export default command(
	{
		name: "batches undo",
		details:
			"Puts back what the last restart, rm-event or prioritize has taken away, where\n" +
			"it stood; the one before at the next call. `batches show ID --history` has all.",
		examples: [
			{ run: "tangles batches undo B400022028241-RT1 --dry-run", does: "say what would come back" },
			{ run: "tangles batches undo B400022028241-RT1 --reason mistaken", does: "put it back, and say why" },
		],
	},
	{ ...ID, ...REASON, ...DRY_RUN },
	async (context) => {
		const { args, out, log, signal } = context;
		const { id } = parseBatchId(args.id);
		const dryRun = args["dry-run"] === true;
		const note = await noteOf(context, { reason: args.reason, dryRun });
		await withStore(context, async (store) => {
			const { before, after } = await changeBatch(
				store,
				id,
				(batch) => {
					if (lastRemoval(batch) !== undefined) return undone(batch, note);
					throw new Fault("failed", `${id}: nothing that was taken away is left to be put back; nothing was changed`, {
						hint: `\`tangles batches show ${id} --history\` has what was taken away, and what was put back`,
					});
				},
				{ dryRun, signal },
			);
			warnOfTimesAhead(log, after);
			const restored = lastRemoval(before)?.removed.map(({ event }) => event) ?? [];
			out.receipt({ id, dry_run: dryRun, restored }, () =>
				restored.map((event) => `${dryRun ? "would put back" : "put back"} ${eventLine(event)}\n`).join(""),
			);
		});
	},
);
