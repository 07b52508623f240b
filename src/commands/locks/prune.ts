import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { printable } from "../../base/printable.ts";
import { command } from "../../cli/command.ts";
import { type Pruned, prune } from "../../locks/prune.ts";
import { mustExist, rootOf, withSession } from "./with-session.ts";

/**
 * Logs what is left for want of rights. A place that may not be read is no trouble; a warning is for an empty directory
 * that may not be deleted.
 */
function logLeft({ notReadable, refused }: Pruned, log: Log): void {
	for (const path of notReadable) log.info(`${path} is not readable; nothing at or below it is touched`);
	for (const path of refused) log.warn(`${path} is empty, but this login has no right to delete it`);
}

/** Throws "refused" where nothing of what was to go may be deleted, "failed" where a part of it may not. */
function checkRights({ removed, refused }: Pruned): void {
	if (refused.length === 0) return;
	const of = `${refused.length} of ${refused.length + removed.length} directories may not be deleted by this login`;
	const hint = "check zookeeper-connection-info.auth-file (user:password), or let their owner remove them";
	throw new Fault(removed.length === 0 ? "refused" : "failed", of, { hint });
}

export default command(
	{
		name: "locks prune",
		details:
			"Removes the directories of locks that nobody holds or waits for, by deletes that\n" +
			"never take what has children: a contender that comes meanwhile loses nothing.\n" +
			"With a PATH also empty nodes without data that once had children, as clients of\n" +
			"the flat layout leave them; without one these stay: they may be somebody else's.",
		examples: [
			{ run: "tangles locks prune --dry-run", does: "list what would be removed" },
			{ run: "tangles locks prune /Sample --yes", does: "remove the empty directories below /Sample, without asking" },
		],
	},
	{
		path: { type: "positional", required: false, description: "only at and below this path (default /)" },
		"dry-run": { type: "boolean", description: "say what would be removed, and remove nothing" },
		yes: { type: "boolean", description: "do not ask" },
	},
	async (context) => {
		const { args, out, log } = context;
		const root = rootOf(args.path);
		const dryRun = args["dry-run"] === true;
		await withSession(context, async (session) => {
			if (root !== "/") await mustExist(session, root);
			const emptied = root !== "/";
			let pruned = await prune(session, root, { emptied, dryRun: true });
			const count = pruned.removed.length;
			if (!dryRun && count > 0) {
				await context.confirm(`remove ${count} empty lock directories below ${root}`, args.yes === true);
				pruned = await prune(session, root, { emptied, dryRun: false });
			}
			logLeft(pruned, log);
			const { removed, notReadable, refused } = pruned;
			out.receipt({ root, dry_run: dryRun, removed, not_readable: notReadable, refused }, () =>
				removed.map((path) => `${printable(path)}\n`).join(""),
			);
			checkRights(pruned);
		});
	},
);
