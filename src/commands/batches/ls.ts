import { command } from "../../cli/command.ts";
import { printable } from "../../cli/printable.ts";
import { RunningTable } from "../../cli/running-table.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { timeline } from "../../line/batches/derive.ts";
import { nameList } from "../../line/batches/names.ts";
import { withStoreToLook } from "./with-store.ts";
import { outcome } from "./words.ts";

function listed({ id, type, created, modified, events }: Batch) {
	const last = timeline(events).at(-1);
	return {
		id,
		type,
		created: created.toISOString(),
		modified: modified.toISOString(),
		last_event: last && { type: last.type, success: last.success, time: last.time.toISOString() },
	};
}

function cells({ id, type, created, modified, last_event: last }: ReturnType<typeof listed>): string[] {
	const event = last === undefined ? ["-", "-", "-"] : [last.type, outcome(last), last.time];
	return [id, type, created, modified, ...event].map(printable);
}

async function* pagesOf(pages: AsyncIterable<Batch[]>) {
	for await (const page of pages) yield page.map(listed);
}

export default command(
	{
		name: "batches ls",
		summary: "which batches are ready, by the query of a component",
		details:
			"Without conditions all batches. The oldest come first. Only the newest event of\n" +
			"a type counts. NAMES is a comma list.",
		examples: [
			{ run: "tangles batches ls", does: "all batches" },
			{
				run: "tangles batches ls --past Data_Received --future Data_Archived --json",
				does: "what waits to be archived, as JSON",
			},
		],
	},
	{
		past: { type: "string", valueHint: "NAMES", description: "events of which the newest succeeded" },
		future: { type: "string", valueHint: "NAMES", description: "events that never happened, either way" },
		old: {
			type: "string",
			valueHint: "NAMES",
			description: "events that never happened, or only before the batch was last changed",
		},
		type: { type: "string", valueHint: "NAMES", description: "types of batch" },
	},
	async (context) => {
		const { args, out, signal } = context;
		const conditions = {
			past: nameList("--past", args.past),
			future: nameList("--future", args.future),
			old: nameList("--old", args.old),
			types: nameList("--type", args.type),
		};
		await withStoreToLook(context, async (store) => {
			const table = new RunningTable(["batch", "type", "created", "modified", "last event", "outcome", "time"]);
			await out.list("batches", pagesOf(store.all(conditions, signal)), (page) => table.lines(page.map(cells)));
		});
	},
);
