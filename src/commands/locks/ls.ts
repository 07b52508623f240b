import { command } from "../../cli/command.ts";
import { table } from "../../cli/table.ts";
import type { LockView } from "../../locks/look.ts";
import { survey } from "../../locks/survey.ts";
import { rootOf, withSession } from "./with-session.ts";

/** One line for each holder; a lock that nobody holds has one too. */
function rows({ path, holders, waiting }: LockView): (string | number)[][] {
	if (holders.length === 0) return [[path, "-", "-", "-", waiting, "free"]];
	return holders.map(({ holder, since, token, kind }) => [path, holder, since, token, waiting, kind]);
}

export default command(
	{
		name: "locks ls",
		summary: "every lock: holder, since when, token, who waits",
		details:
			"Kinds: tangles; curator flat and curator v2 (the two layouts of Apache Curator);\n" +
			"foreign (a node that blocks the lock and is no contender); leftover (a lock node\n" +
			"that no session owns); free (nobody holds it).",
		examples: [
			{ run: "tangles locks ls", does: "all locks" },
			{ run: "tangles locks ls /SBOI --json", does: "those of the components that look for work, as JSON" },
		],
	},
	{ path: { type: "positional", required: false, description: "only at and below this path (default /)" } },
	async (context) => {
		const root = rootOf(context.args.path);
		const locks = await withSession(context, async (session) => await survey(session, root));
		context.out.document({ root, locks }, () =>
			locks.length === 0 ? "" : table(["lock", "holder", "since", "token", "waiting", "kind"], locks.flatMap(rows)),
		);
	},
);
