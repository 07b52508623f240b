import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { countFlag } from "../../cli/flags.ts";
import type { BatchEvent, Note } from "../../line/batches/batch.ts";
import { keepingRemoved } from "../../line/batches/history.ts";
import { LOWEST_LEVEL, PRIORITIZED, prioritized, timeOfLevel, withoutPriority } from "../../line/batches/priority.ts";
import { wholeOf } from "../../line/batches/reports.ts";
import { changeBatch, type Mutate, removedEvents } from "./change-batch.ts";
import { eventLine } from "./event-text.ts";
import { agentHere, DRY_RUN, ID_OF_ONE, noteOf, noteOfMany, REASON } from "./flags.ts";
import { changeMany } from "./in-bulk.ts";
import { oneOrMany, SELECT } from "./select.ts";
import { withStore } from "./with-store.ts";

/** Put first at a level, or taken back. */
export type Priority = { readonly clear: true } | { readonly clear: false; readonly level: number };

/** What the flags say. Throws a usage fault. */
export function priorityOf(level: number | undefined, clear: boolean): Priority {
	if (!clear) return { clear, level: level ?? 1 };
	if (level === undefined) return { clear };
	throw new Fault("usage", "--level and --clear exclude each other", { hint: "give one of them" });
}

/** Puts a batch first, or takes that back, as `note` says. */
export function prioritizing(priority: Priority, { by, time, reason }: Note): Mutate {
	const note = { what: "prioritize", by, time, reason };
	if (priority.clear) return (batch) => keepingRemoved(batch, withoutPriority(batch), note);
	const event: BatchEvent = {
		...{ type: PRIORITIZED, success: true, time: timeOfLevel(priority.level), agent: agentHere(), details: reason },
	};
	return (batch) => keepingRemoved(batch, prioritized(batch, event), note);
}

export const PRIORITY_FLAGS = {
	level: countFlag({ least: 1, most: LOWEST_LEVEL, description: "1 (default) before 2 before all others" }),
	clear: { type: "boolean", description: "take back what puts it first, other programs' events too" },
} as const;

export default command(
	{
		name: "batches prioritize",
		details:
			"Batches come in the order of their first events. This puts an event\n" +
			`${PRIORITIZED}, dated 1970-01-01 for level 1 to 1970-01-09, before all\n` +
			"others. --clear moves every event of these days into the batch's history.",
		examples: [
			{ run: "tangles batches prioritize B400022028241-RT1 --level 2", does: "before all but those of level 1" },
			{ run: "tangles batches prioritize B400022028241-RT1 --clear --dry-run", does: "say what would be taken back" },
			{ run: "tangles batches prioritize --past Sent --limit 9 --reason fair --yes", does: "the nine oldest" },
		],
	},
	{ ...ID_OF_ONE, ...PRIORITY_FLAGS, ...SELECT, ...REASON, ...DRY_RUN },
	async (context) => {
		const { args, out, log, signal } = context;
		const meant = oneOrMany(args.id, args);
		const priority = priorityOf(args.level, args.clear === true);
		const dryRun = args["dry-run"] === true;
		const why = { reason: args.reason, dryRun };
		if ("selection" in meant) {
			const mutate = prioritizing(priority, await noteOfMany(context, why));
			const bulk = { ...meant, what: "prioritize", mutate, yes: args.yes === true, dryRun };
			await withStore(context, async (store) => await changeMany(context, store, bulk));
			return;
		}
		const { id } = meant;
		const mutate = prioritizing(priority, await noteOf(context, why));
		await withStore(context, async (store) => {
			const changed = await changeBatch(store, id, mutate, { dryRun, signal });
			const removed = removedEvents(changed);
			const had = new Set(changed.before.events);
			const [added] = changed.after.events.filter((event) => !had.has(wholeOf(event)));
			if (changed.before === changed.after) log.info(`${id}: nothing to change`);
			out.receipt({ id, dry_run: dryRun, removed, added: added ?? null }, () =>
				[
					...removed.map((event) => `${dryRun ? "would remove" : "removed"} ${eventLine(event)}\n`),
					...(added === undefined ? [] : [`${id} ${dryRun ? "would get" : "has"} ${eventLine(added)}\n`]),
				].join(""),
			);
		});
	},
);
