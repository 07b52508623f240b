import { printable } from "../../base/printable.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { eventLine } from "./event-text.ts";

/** What was taken away from a batch, the newest first, and what was put back. */
export function historyText({ history = [] }: Batch): string {
	return history
		.toReversed()
		.map(({ what, by, time, reason, removed, undone }) => {
			const note = (text: string, from: { by: string; time: Date; reason: string }) =>
				printable(`${from.time.toISOString()} ${text} by ${from.by}${from.reason === "" ? "" : `: ${from.reason}`}`);
			const lines = [
				note(what, { by, time, reason }),
				...(undone === undefined ? [] : [`  ${note(`${undone.events} put back`, undone)}`]),
				...removed.map(({ event }) => `  removed ${eventLine(event)}`),
			];
			return `${lines.join("\n")}\n`;
		})
		.join("");
}
