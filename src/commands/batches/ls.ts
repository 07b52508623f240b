import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { command } from "../../cli/command.ts";
import { printable } from "../../cli/printable.ts";
import { RunningTable } from "../../cli/table.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { stoppedBy } from "../../line/batches/conditions.ts";
import { timeline } from "../../line/batches/derive.ts";
import { isBatch, type Malformed, type Stored } from "../../line/batches/malformed.ts";
import { nameList } from "../../line/batches/names.ts";
import { outcomeText } from "./event-text.ts";
import { withStoreForReading } from "./with-store.ts";

/** So many malformed documents are explained on stderr; the list has all. */
const MOST_EXPLAINED = 10;

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

/** A document that is no batch, and what is wrong with it. */
function listedMalformed({ id, wrong }: Malformed) {
	return { id, malformed: wrong.map(({ field, text }) => ({ field, text })) };
}

type Listed = ReturnType<typeof listed> | ReturnType<typeof listedMalformed>;

function cells(item: Listed): string[] {
	if ("malformed" in item) {
		const why = item.malformed.map(({ text }) => text).join("; ");
		return [item.id, "malformed", "-", "-", "-", "-", why].map(printable);
	}
	const { id, type, created, modified, last_event: last } = item;
	const event = last === undefined ? ["-", "-", "-"] : [last.type, outcomeText(last), last.time];
	return [id, type, created, modified, ...event].map(printable);
}

/** Logs what is wrong with the first malformed documents of a list, and how to correct them, and counts all of them. */
class MalformedReporter {
	readonly #log: Log;
	#count = 0;

	constructor(log: Log) {
		this.#log = log;
	}

	/** The pages in the form in which they are printed. */
	async *through(pages: AsyncIterable<Stored[]>): AsyncGenerator<Listed[]> {
		for await (const page of pages)
			yield page.map((stored) => (isBatch(stored) ? listed(stored) : this.#explain(stored)));
	}

	#explain(malformed: Malformed): Listed {
		this.#count += 1;
		if (this.#count <= MOST_EXPLAINED) {
			const { message, hint = "" } = malformed.fault();
			this.#log.error(message);
			this.#log.error(hint);
		}
		return listedMalformed(malformed);
	}

	/** Throws a Fault "data" where there was any. */
	check(collection: string): void {
		if (this.#count === 0) return;
		const what = this.#count === 1 ? "one document is" : `${this.#count} documents are`;
		throw new Fault("data", `${collection}: ${what} malformed; all others are listed`, {
			hint: "correct what the lines above name; `tangles doctor` looks at all documents",
		});
	}
}

export default command(
	{
		name: "batches ls",
		details:
			"Without conditions all batches. The oldest come first. Only the newest event of\n" +
			"a type counts. Batches that are stopped are left out where events are asked for,\n" +
			"unless --past names the stop event. NAMES is a comma list; a flag given again\n" +
			"adds to it.",
		examples: [
			{ run: "tangles batches ls", does: "all batches" },
			{
				run: "tangles batches ls --past Data_Received --future Data_Archived --json",
				does: "what waits to be archived, as JSON",
			},
		],
	},
	{
		past: { type: "string", list: true, valueHint: "NAMES", description: "events of which the newest succeeded" },
		future: { type: "string", list: true, valueHint: "NAMES", description: "events that never happened, either way" },
		old: {
			type: "string",
			list: true,
			valueHint: "NAMES",
			description: "events that never happened, or only before the batch was last changed",
		},
		type: { type: "string", list: true, valueHint: "NAMES", description: "types of batch" },
	},
	async (context) => {
		const { args, out, log, signal } = context;
		const past = nameList("--past", args.past);
		const conditions = {
			past,
			future: nameList("--future", args.future),
			old: nameList("--old", args.old),
			types: nameList("--type", args.type),
		};
		const { batches } = await context.config("mongo");
		// What is ready is asked as a component asks; without such a question all batches are listed.
		const asksForReady = [past, conditions.future, conditions.old].some((names) => names.length > 0);
		const unless = asksForReady ? stoppedBy(batches.stopEvent, past) : [];
		await withStoreForReading(context, async (store) => {
			const table = new RunningTable(["batch", "type", "created", "modified", "last event", "outcome", "time"]);
			const malformed = new MalformedReporter(log);
			const pages = malformed.through(store.all({ ...conditions, unless }, signal));
			await out.list("batches", pages, (page) => table.lines(page.map(cells)));
			malformed.check(store.name);
		});
	},
);
