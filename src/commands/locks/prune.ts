import { command } from "../../cli/command.ts";
import { prune } from "../../locks/prune.ts";
import { mustExist, rootOf, withSession } from "./with-session.ts";

export default command(
	{
		name: "locks prune",
		summary: "remove directories that dead locks left",
		details:
			"Removes the directories of locks that nobody holds or waits for, by deletes that\n" +
			"never take what has children: a contender that comes meanwhile loses nothing.\n" +
			"With a PATH also empty nodes without data that once had children, as clients of\n" +
			"the flat layout leave them; without one these stay: they may be somebody else's.",
		examples: [
			{ run: "tangles locks prune --dry-run", does: "say what would go" },
			{ run: "tangles locks prune /Sample --yes", does: "clear what is below /Sample, without asking" },
		],
	},
	{
		path: { type: "positional", required: false, description: "only at and below this path (default /)" },
		"dry-run": { type: "boolean", description: "say what would be removed, and remove nothing" },
		yes: { type: "boolean", description: "do not ask" },
	},
	async (context) => {
		const { args, out } = context;
		const root = rootOf(args.path);
		const dryRun = args["dry-run"] === true;
		await withSession(context, async (session) => {
			if (root !== "/") await mustExist(session, root);
			const emptied = root !== "/";
			let removed = await prune(session, root, { emptied, dryRun: true });
			if (!dryRun && removed.length > 0) {
				await context.confirm(`remove ${removed.length} empty lock directories below ${root}`, args.yes === true);
				removed = await prune(session, root, { emptied, dryRun: false });
			}
			out.receipt({ root, dry_run: dryRun, removed }, () => removed.map((path) => `${path}\n`).join(""));
		});
	},
);
