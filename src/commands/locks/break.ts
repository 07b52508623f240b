import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { inspectLock, type NodeView, sayHolders, UNKNOWN } from "../../locks/inspect-lock.ts";
import { checkLockPath } from "../../locks/names.ts";
import type { Session } from "../../locks/ports.ts";
import { withSession } from "./with-session.ts";

/** The holder with that token. Throws where another holder has the lock, or none. */
async function holderWith(session: Session, path: string, token: string): Promise<NodeView> {
	const view = await inspectLock(session, path);
	const found = view?.holders.find((holder) => holder.token === token && token !== UNKNOWN);
	if (found !== undefined) return found;
	const hint = `\`tangles locks show ${path}\` shows who holds it now, and its token`;
	if (view === undefined || view.holders.length === 0) {
		throw new Fault("failed", `nobody holds ${path}; nothing was deleted`, { hint });
	}
	throw new Fault("locked", `${path} ${sayHolders(view)}, not with token ${token}; nothing was deleted`, { hint });
}

export default command(
	{
		name: "locks break",
		details:
			"Deletes the one node that has the token, never another. A tangles that holds the\n" +
			"lock stops at once (exit 79); a Java component is not told and works on.",
		examples: [
			{ run: "tangles locks break /SBOI/Sample --token 4711", does: "show the holder, ask, delete" },
			{ run: "tangles locks break /SBOI/Sample --token 4711 --yes", does: "without asking, for scripts" },
		],
	},
	{
		path: { type: "positional", required: true, description: "the lock" },
		token: { type: "string", required: true, valueHint: "T", description: "the holder's token, as locks ls shows it" },
		yes: { type: "boolean", description: "do not ask" },
		"dry-run": { type: "boolean", description: "say what would be deleted, and delete nothing" },
	},
	async (context) => {
		const { args, out, log } = context;
		const { path, token } = args;
		checkLockPath(path);
		const dryRun = args["dry-run"] === true;
		await withSession(context, async (session) => {
			const found = await holderWith(session, path, token);
			log.info(`${path} is held by ${found.holder}`, { since: found.since, kind: found.kind, node: found.node });
			if (!dryRun) {
				await context.confirm(`take ${path} away from ${found.holder}`, args.yes === true);
				// A node's name is never used twice, so this is that holder's node or none.
				const outcome = await session.remove(found.node);
				if (outcome === "absent") throw new Fault("failed", `${path} was released meanwhile; nothing was deleted`);
				if (outcome === "not-empty")
					throw new Fault("failed", `${found.node} has children, so it is no lock's; nothing was deleted`);
			}
			out.receipt(
				{ path, dry_run: dryRun, deleted: found },
				() => `${dryRun ? "would delete" : "deleted"} ${found.node}\n`,
			);
		});
	},
);
