import { printable } from "../../base/printable.ts";
import { command } from "../../cli/command.ts";
import { table } from "../../cli/table.ts";
import type { LockView } from "../../locks/inspect-lock.ts";
import { NOT_READABLE } from "../../locks/readable.ts";
import { type LockScan, scanLocks } from "../../locks/scan-locks.ts";
import { rootOf, withSession } from "./with-session.ts";

/** One line for each holder; a lock that nobody holds has one too. */
function rows({ path, holders, waiting }: LockView): (string | number)[][] {
	const shown = printable(path);
	if (holders.length === 0) return [[shown, "-", "-", "-", waiting, "free"]];
	return holders.map(({ holder, since, token, kind }) => [shown, holder, since, token, waiting, kind]);
}

/** The locks as a table, behind them the places that may not be listed; no line where there is nothing. */
function locksText({ locks, notReadable }: LockScan): string {
	const hidden = notReadable.map((path) => [printable(path), "-", "-", "-", "-", NOT_READABLE]);
	const all = [...locks.flatMap(rows), ...hidden];
	return all.length === 0 ? "" : table(["lock", "holder", "since", "token", "waiting", "kind"], all);
}

export default command(
	{
		name: "locks ls",
		details:
			"Kinds: tangles; curator flat and curator v2 (the two layouts of Apache Curator);\n" +
			"foreign (a node that blocks the lock and is no contender); leftover (a lock node\n" +
			"that no session owns); free (nobody holds it); not readable (a holder, or a\n" +
			"place where locks may be, that this login has no right to read).",
		examples: [
			{ run: "tangles locks ls", does: "all locks" },
			{ run: "tangles locks ls /SBOI --json", does: "those of the components that look for work, as JSON" },
		],
	},
	{ path: { type: "positional", required: false, description: "only at and below this path (default /)" } },
	async (context) => {
		const root = rootOf(context.args.path);
		const found = await withSession(context, async (session) => await scanLocks(session, root));
		const { locks, notReadable } = found;
		context.out.document({ root, locks, not_readable: notReadable }, () => locksText(found));
	},
);
