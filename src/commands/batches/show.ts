import { command } from "../../cli/command.ts";
import { printable } from "../../cli/printable.ts";
import { requireBatch } from "../../line/batches/change.ts";
import { documentOf } from "../../line/batches/document.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { warnOfTimesAhead } from "./event-text.ts";
import { ID } from "./flags.ts";
import { historyText } from "./history-text.ts";
import { timelineText } from "./timeline-text.ts";
import { withStore } from "./with-store.ts";

export default command(
	{
		name: "batches show",
		details:
			"* marks the newest event of its type, the only one that counts; = marks the last\n" +
			"change of the batch. Details are cut to their first line; --json has all.",
		examples: [
			{ run: "tangles batches show B400022028241-RT1", does: "what it is and what happened to it" },
			{ run: "tangles batches show B400022028241-RT1 --json", does: "the whole document" },
			{ run: "tangles batches show B400022028241-RT1 --history", does: "what was taken away from it, and why" },
		],
	},
	{ ...ID, history: { type: "boolean", description: "what was taken away from it, by whom, when and why" } },
	async (context) => {
		const { id } = parseBatchId(context.args.id);
		await withStore(context, async (store) => {
			const history = context.args.history === true;
			const batch = await requireBatch(store, id, context.signal);
			warnOfTimesAhead(context.log, batch);
			if (history) {
				context.out.document({ id, history: batch.history ?? [] }, () => historyText(batch));
				return;
			}
			context.out.document(documentOf(batch), () => {
				const { type, created, claim, version } = batch;
				const head = `${id}  type ${printable(type)}  created ${created.toISOString()}  claim ${claim}  version ${version}`;
				return `${head}\n\n${timelineText(batch)}`;
			});
		});
	},
);
