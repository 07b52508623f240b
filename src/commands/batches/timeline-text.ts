import { printable, shortened } from "../../base/printable.ts";
import { RunningTable } from "../../cli/table.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { newestOf, timeline } from "../../line/batches/derive.ts";
import { outcomeText } from "./event-text.ts";

const MOST_DETAILS = 60;

/**
 * The batch's events, numbered in the order of their times, and where its last change lies among them. `*` stands before the
 * newest event of a type, `=` before the change.
 */
export function timelineText({ events, modified }: Batch): string {
	const line = timeline(events);
	const newest = new Set(newestOf(events).values());
	const rows = line.map((event, at) => [
		newest.has(event) ? "*" : " ",
		String(at + 1),
		event.time.toISOString(),
		outcomeText(event),
		printable(event.type),
		printable(event.agent),
		shortened(event.details, MOST_DETAILS),
	]);
	// An event at the very time of the change counts as made after it.
	const after = line.findIndex(({ time }) => time.getTime() >= modified.getTime());
	rows.splice(after < 0 ? rows.length : after, 0, ["=", "", modified.toISOString(), "modified", "", "", ""]);
	return new RunningTable(["", "n", "time", "outcome", "event", "agent", "details"]).lines(rows);
}
