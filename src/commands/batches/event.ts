import { hostname } from "node:os";
import { Fault } from "../../base/fault.ts";
import { readTime, TIME_FORMS } from "../../base/time.ts";
import { command } from "../../cli/command.ts";
import { parsedFlag } from "../../cli/flags.ts";
import { readSmallFile, utf8 } from "../../config/values/small-file.ts";
import { Wrong } from "../../config/values/wrong.ts";
import type { Batch, BatchEvent } from "../../line/batches/batch.ts";
import { newestOf } from "../../line/batches/derive.ts";
import { appended, prepended } from "../../line/batches/events.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { checkName } from "../../line/batches/names.ts";
import { wholeOf } from "../../line/batches/reports.ts";
import { changeBatch } from "./change-batch.ts";
import { eventLine, warnOfTimesAhead } from "./event-text.ts";
import { agentHere, DRY_RUN, ID_OF_ONE, noteOfMany, REASON } from "./flags.ts";
import { changeMany } from "./in-bulk.ts";
import { manyOf, SELECT } from "./select.ts";
import { withStore } from "./with-store.ts";

/** In bytes: the whole document may have 16 MiB. */
const MOST_DETAILS = 1024 * 1024;

function successOf(success: boolean | undefined, failure: boolean | undefined): boolean {
	if (success !== failure && (success === true || failure === true)) return success === true;
	throw new Fault("usage", success === true ? "--success and --failure exclude each other" : "how did it end?", {
		hint: "give one of --success and --failure",
	});
}

/** Clocks that are set by NTP differ by less. */
const MOST_AHEAD_MS = 60_000;

/** An event that is dated ahead outranks all that is recorded before its time. */
function checkNotAhead(time: Date | undefined, futureOk: boolean): void {
	const aheadMs = (time?.getTime() ?? 0) - Date.now();
	if (time === undefined || futureOk || aheadMs <= MOST_AHEAD_MS) return;
	const [then, now] = [time, new Date()].map((it) => it.toISOString());
	throw new Fault(
		"usage",
		`--time ${then} lies ${Math.round(aheadMs / 1000)} s ahead of ${hostname()}'s clock, ${now}`,
		{
			hint: "such an event outranks all that is recorded before its time; give --future-ok where that is meant",
		},
	);
}

function parseTime(flag: string, text: string): Date {
	const time = readTime(text);
	if (time !== undefined) return time;
	throw new Fault("usage", `${flag} is "${text}"`, { hint: `write for example ${TIME_FORMS}` });
}

async function detailsOf(text: string | undefined): Promise<string> {
	if (text === undefined || !text.startsWith("@")) return text ?? "";
	const read = await readSmallFile(text.slice(1), MOST_DETAILS);
	const details = read instanceof Wrong ? read : (utf8(read) ?? new Wrong("is not UTF-8 text"));
	if (!(details instanceof Wrong)) return details;
	throw new Fault("usage", `--details ${text}: the file ${details.text}`, {
		hint: "give @FILE, or text that does not begin with @",
	});
}

const USAGE = "usage: tangles batches event ID TYPE, such as Data_Received; of many batches TYPE alone";

/** ID and TYPE; of many batches the one argument is TYPE. Throws a usage fault. */
function namesOf(first: string | undefined, second: string | undefined, many: boolean) {
	const missing = (what: string, hint: string) => new Fault("usage", `missing argument ${what}`, { hint });
	if (many) {
		if (first === undefined) throw missing("TYPE", USAGE);
		if (second === undefined) return { id: "", type: first };
		throw new Fault("usage", "ID and --failed, --past, --future exclude each other", {
			hint: "name one batch, or choose many",
		});
	}
	if (first === undefined) throw missing("ID", "name a batch, or choose many by --failed, --past, --future");
	if (second === undefined) throw missing("TYPE", USAGE);
	return { id: parseBatchId(first).id, type: second };
}

/** True where the newest event of the type says the same by the same person: an earlier run of the command got so far. */
function hasAlready({ events }: Batch, { type, success, agent, details }: BatchEvent): boolean {
	const newest = newestOf(events).get(type);
	return newest?.success === success && newest.agent === agent && newest.details === details;
}

export default command(
	{
		name: "batches event",
		details:
			"The event's agent is whoever runs this. Of two events of one type and time the\n" +
			"one added later counts, unless it is prepended. Of many batches (no ID) those\n" +
			"that have this very event from the same person already are left out.",
		examples: [
			{ run: "tangles batches event B400022028241-RT1 Data_Received --success", does: "it arrived, just now" },
			{
				run: "tangles batches event B400022028241-RT1 Data_Archived --failure --dry-run",
				does: "say what a failure would change",
			},
			{ run: "tangles batches event Late --past Sent --success --reason slow --yes", does: "the same of many" },
		],
	},
	{
		...ID_OF_ONE,
		type: { type: "positional", required: false, description: "what happened, such as Data_Received" },
		success: { type: "boolean", description: "it succeeded" },
		failure: { type: "boolean", description: "it failed" },
		details: { type: "string", valueHint: "TEXT|@FILE", description: "text, or a file of at most 1 MiB" },
		time: parsedFlag("ISO", parseTime, { description: "when it happened, ISO 8601 (default: now)" }),
		"future-ok": { type: "boolean", description: "let --time be more than a minute ahead" },
		prepend: { type: "boolean", description: "put it before all other events" },
		...SELECT,
		...REASON,
		...DRY_RUN,
	},
	async (context) => {
		const { args, out, log, signal } = context;
		const many = manyOf(args);
		const { id, type } = namesOf(args.id, args.type, many !== undefined);
		checkNotAhead(args.time, args["future-ok"] === true);
		const dryRun = args["dry-run"] === true;
		const success = successOf(args.success, args.failure);
		const reason =
			many === undefined ? (args.reason ?? "") : (await noteOfMany(context, { reason: args.reason, dryRun })).reason;
		const event: BatchEvent = {
			type: checkName("TYPE", type),
			success,
			time: args.time ?? new Date(),
			agent: agentHere(),
			details: args.details === undefined ? reason : await detailsOf(args.details),
		};
		let made = event;
		const forVersion = ({ version }: Batch) => {
			// With --time the event is compared by that time: the batch may have been changed since.
			made = args.time === undefined ? { ...event, at_version: version } : event;
			return made;
		};
		const add = args.prepend === true ? prepended : appended;
		if (many !== undefined) {
			const mutate = (batch: Batch) => (hasAlready(batch, event) ? batch : add(batch, forVersion(batch)));
			const bulk = { ...many, what: `event ${type}`, mutate, yes: args.yes === true, dryRun };
			await withStore(context, async (store) => await changeMany(context, store, bulk));
			return;
		}
		await withStore(context, async (store) => {
			const { after } = await changeBatch(store, id, (batch) => add(batch, forVersion(batch)), { dryRun, signal });
			warnOfTimesAhead(log, after);
			const counting = newestOf(after.events).get(event.type);
			const counts = counting !== undefined && wholeOf(counting) === made;
			if (counting !== undefined && !counts) {
				const { time, agent } = counting;
				const ours = made.time.toISOString();
				log.warn("another event of this type is newer, and counts", { theirs: time.toISOString(), agent, ours });
			}
			out.receipt(
				{ id, dry_run: dryRun, prepend: args.prepend === true, counts, event: made },
				() => `${id} ${dryRun ? "would get" : "has"} ${eventLine(event)}`,
			);
		});
	},
);
