import { Fault } from "../../base/fault.ts";
import { readTime, TIME_FORMS } from "../../base/time.ts";
import { command } from "../../cli/command.ts";
import { countFlag, parsedFlag } from "../../cli/flags.ts";
import { readDuration } from "../../config/values/duration.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { stoppedBy } from "../../line/batches/conditions.ts";
import { type Listed, listed, listedMalformed } from "../../line/batches/listed.ts";
import { isBatch, type Stored } from "../../line/batches/malformed.ts";
import { nameList } from "../../line/batches/names.ts";
import { documentFields } from "../../servers/mongo/batch-documents.ts";
import { type ListForm, listText } from "./listed.ts";
import { MalformedReporter } from "./malformed-reporter.ts";
import { withStoreForReading } from "./with-store.ts";

/** A time, or how long ago. */
function parseSince(flag: string, text: string): Date {
	const ago = readDuration(text, Number.MAX_SAFE_INTEGER);
	const time = typeof ago === "number" ? new Date(Date.now() - ago) : readTime(text);
	if (time !== undefined && !Number.isNaN(time.getTime())) return time;
	throw new Fault("usage", `${flag} is "${text}"`, { hint: `write a time, ${TIME_FORMS}, or how long ago: 2h, 20d` });
}

/** The latest time that something happened to the batch. */
function lastTouched({ created, modified, events }: Batch): number {
	return events.reduce((last, { time }) => Math.max(last, time.getTime()), Math.max(+created, +modified));
}

/** What the flags say of the form. Throws a usage fault. */
function formOf(csv: boolean, wide: boolean, json: boolean): ListForm {
	if (csv && (wide || json)) {
		throw new Fault("usage", `--csv and ${json ? "--json" : "--wide"} exclude each other`, {
			hint: "give one of them",
		});
	}
	if (csv) return "csv";
	return wide ? "wide" : "narrow";
}

export default command(
	{
		name: "batches ls",
		details:
			"Without conditions all batches. Those whose first event is oldest come first.\n" +
			"Only the newest event of a type counts. Batches that are stopped are left out\n" +
			"where events are asked for, unless --past names the stop event. NAMES is a\n" +
			"comma list; a flag given again adds to it. Times are UTC, short ones without\n" +
			"their year in this year. --csv has an apostrophe before what a spreadsheet would\n" +
			"take for a formula.",
		examples: [
			{ run: "tangles batches ls", does: "all batches" },
			{
				run: "tangles batches ls --past Data_Received --future Data_Archived --json",
				does: "what waits to be archived, as JSON",
			},
			{ run: "tangles batches ls --since 2d --show pages --csv", does: "the last two days, for a spreadsheet" },
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
		failed: { type: "string", list: true, valueHint: "NAMES", description: "events of which the newest failed" },
		type: { type: "string", list: true, valueHint: "NAMES", description: "types of batch" },
		since: parsedFlag("TIME", parseSince, { description: "those that something happened to since, such as 2d" }),
		limit: countFlag({ least: 1, description: "the first N of them" }),
		show: { type: "string", list: true, valueHint: "FIELDS", description: "further fields of their documents" },
		wide: { type: "boolean", description: "all columns, whatever the width" },
		csv: { type: "boolean", description: "comma-separated values, RFC 4180" },
	},
	async (context) => {
		const { args, out, log, signal } = context;
		const past = nameList("--past", args.past);
		const conditions = {
			past,
			future: nameList("--future", args.future),
			old: nameList("--old", args.old),
			failed: nameList("--failed", args.failed),
			types: nameList("--type", args.type),
		};
		const { batches } = await context.config("mongo");
		// What is ready is asked as a component asks; without such a question all batches are listed.
		const asksForReady = [past, conditions.future, conditions.old].some((names) => names.length > 0);
		const unless = asksForReady ? stoppedBy(batches.stopEvent, past) : [];
		const { since, limit = Number.POSITIVE_INFINITY } = args;
		const fields = nameList("--show", args.show);
		const form = formOf(args.csv === true, args.wide === true, out.json);
		await withStoreForReading(context, async (store) => {
			const malformed = new MalformedReporter(log);
			const item = (stored: Stored): Listed => {
				if (isBatch(stored)) return listed(stored, fields.length === 0 ? undefined : documentFields(stored, fields));
				malformed.explain(stored);
				return listedMalformed(stored);
			};
			const isRecent = (stored: Stored) => since === undefined || !isBatch(stored) || lastTouched(stored) >= +since;
			const pages = async function* () {
				const asked = { ...conditions, unless };
				if (since === undefined && Number.isFinite(limit)) {
					// One query with its limit: a pass over all costs what there is, on a server that sorts before it answers.
					const { batches: first } = await store.ready(asked, limit, undefined, signal);
					yield first.map(item);
					return;
				}
				let left = limit;
				for await (const page of store.all(asked, signal)) {
					const some = page.filter(isRecent).slice(0, left);
					left -= some.length;
					yield some.map(item);
					if (left === 0) return;
				}
			};
			await out.list("batches", pages(), listText(form, fields));
			malformed.check(store.name);
		});
	},
);
