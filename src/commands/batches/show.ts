import { Fault } from "../../base/fault.ts";
import { printable, printableLines } from "../../base/printable.ts";
import { command } from "../../cli/command.ts";
import { countFlag } from "../../cli/flags.ts";
import type { Batch, BatchEvent } from "../../line/batches/batch.ts";
import { requireBatch } from "../../line/batches/change.ts";
import { timeline } from "../../line/batches/derive.ts";
import { documentOf } from "../../line/batches/document.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { warnOfTimesAhead } from "./event-text.ts";
import { ID } from "./flags.ts";
import { historyText } from "./history-text.ts";
import { timelineText } from "./timeline-text.ts";
import { withStore } from "./with-store.ts";

/** Event number `number`, from 1, in the order of time. Throws a Fault "failed" where there is none. */
function eventAt({ id, events }: Batch, number: number): BatchEvent {
	const event = timeline(events)[number - 1];
	if (event !== undefined) return event;
	throw new Fault("failed", `${id} has ${events.length} events; there is no event ${number}`, {
		hint: `\`tangles batches show ${id}\` numbers them`,
	});
}

/** An event's details, also where its document has their sums alone. Throws a Fault "data" where they are gone. */
async function detailsInFull(store: BatchStore, id: string, { report, details }: BatchEvent, signal: AbortSignal) {
	const full = report === undefined ? details : await store.report(id, report, signal);
	if (full !== undefined) return full;
	throw new Fault("data", `${store.name}_reports: there is no document _id "${id} ${report}"`, {
		hint: "somebody has removed it; the event has the sums of its report",
	});
}

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
				const event = eventAt(batch, number);
				const { type, time } = event;
				const document = {
					id,
					event: number,
					type,
					time,
					details: await detailsInFull(store, id, event, context.signal),
				};
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
