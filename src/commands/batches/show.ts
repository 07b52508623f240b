import { Fault } from "../../base/fault.ts";
import { printable, printableLines } from "../../base/printable.ts";
import { command } from "../../cli/command.ts";
import { countFlag } from "../../cli/flags.ts";
import { requireBatch } from "../../line/batches/change.ts";
import { documentOf } from "../../line/batches/document.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { reportInFull } from "../../line/batches/report-in-full.ts";
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
			"change of the batch. Details are cut to their first line; --json has all. Those\n" +
			"of superseded events may be sums alone: --report N has them in full.",
		examples: [
			{ run: "tangles batches show B400022028241-RT1", does: "what it is and what happened to it" },
			{ run: "tangles batches show B400022028241-RT1 --json", does: "the whole document" },
			{ run: "tangles batches show B400022028241-RT1 --history", does: "what was taken away from it, and why" },
		],
	},
	{
		...ID,
		history: { type: "boolean", description: "what was taken away from it, by whom, when and why" },
		report: countFlag({ least: 1, description: "details in full, of event number N of the table" }),
	},
	async (context) => {
		const { id } = parseBatchId(context.args.id);
		await withStore(context, async (store) => {
			const history = context.args.history === true;
			const number = context.args.report;
			const batch = await requireBatch(store, id, context.signal);
			warnOfTimesAhead(context.log, batch);
			if (number !== undefined) {
				const document = await reportInFull(store, batch, (_, at) => at === number, context.signal);
				if (document === undefined) {
					throw new Fault("failed", `${id} has ${batch.events.length} events; there is no event ${number}`, {
						hint: `\`tangles batches show ${id}\` numbers them`,
					});
				}
				context.out.document(document, ({ details }) => printableLines(details));
				return;
			}
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
