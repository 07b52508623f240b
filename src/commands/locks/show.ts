import { Fault } from "../../base/fault.ts";
import { printable } from "../../base/printable.ts";
import { command } from "../../cli/command.ts";
import { table } from "../../cli/table.ts";
import { UNKNOWN } from "../../locks/inspect-lock.ts";
import { checkLockPath } from "../../locks/names.ts";
import { queueOf } from "../../locks/queue.ts";
import { withSession } from "./with-session.ts";

export default command(
	{
		name: "locks show",
		details:
			"Layers: flat (the queue of old clients, and of ours), mutex and lease (of new\n" +
			"ones, and of ours). The first of flat and of lease holds; all others wait. What\n" +
			"this login has no right to read is shown as not readable, and holds.",
		examples: [
			{ run: "tangles locks show /SBOI/Sample", does: "the lock's queue" },
			{ run: "tangles locks show /SBOI/Sample --json", does: "the same with all that the nodes say" },
		],
	},
	{ path: { type: "positional", required: true, description: "the lock" } },
	async (context) => {
		const { path } = context.args;
		checkLockPath(path);
		await withSession(context, async (session) => {
			const queue = await queueOf(session, path);
			if (queue === undefined)
				throw new Fault("failed", `there is no lock at ${path}`, { hint: "`tangles locks ls` lists all" });
			const now = Date.now();
			const nodes = queue.map((node) => ({
				...node,
				age_s: node.since === UNKNOWN ? null : Math.max(0, Math.round((now - Date.parse(node.since)) / 1000)),
			}));
			context.out.document({ path, nodes }, ({ nodes: shown }) =>
				table(
					["layer", "place", "holder", "since", "age s", "token", "session", "kind", "contained", "command"],
					shown.map((it) => [
						...[it.layer, it.place, it.holder, it.since, it.age_s ?? UNKNOWN, it.token, it.session, it.kind],
						it.made_by?.contained ?? "",
						printable(
							[it.made_by?.command, it.made_by?.component, it.made_by?.batch]
								.filter((part) => part !== undefined)
								.join(" "),
						),
					]),
				),
			);
		});
	},
);
