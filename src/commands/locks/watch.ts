import { printable } from "../../base/printable.ts";
import { command } from "../../cli/command.ts";
import { acrossSessions } from "../../locks/across-sessions.ts";
import { type LockEvent, LockWatch } from "../../locks/watch.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import { rootOf } from "./with-session.ts";

function text(time: string, event: LockEvent): string {
	const head = `${time} ${event.event.padEnd(8)} ${printable(event.path)}`;
	if (event.event === "not-readable") return head;
	if (event.event === "waiting") return `${head} ${event.waiting}`;
	const { holder, kind, token } = event.holder;
	return `${head} ${holder} (${kind}, token ${token})`;
}

export default command(
	{
		name: "locks watch",
		details:
			"Events: held (a holder that is there at the start), acquired, released, waiting\n" +
			"(how many wait now), not-readable (a place that this login may not list). Goes\n" +
			"on in a new session when one is lost, however long the servers are away.",
		examples: [
			{ run: "tangles locks watch", does: "all locks" },
			{ run: "tangles locks watch /SBOI --json", does: "those below /SBOI, one JSON object a line" },
		],
	},
	{ path: { type: "positional", required: false, description: "only at and below this path (default /)" } },
	async ({ args, config, out, log, signal }) => {
		const root = rootOf(args.path);
		const { zookeeper } = await config("zookeeper");
		const watch = new LockWatch(root, (event) => {
			const time = new Date().toISOString();
			out.line({ time, ...event }, () => text(time, event));
		});
		await acrossSessions(
			{
				open: (stop) => openSession(zookeeper, stop),
				deadline: Number.POSITIVE_INFINITY,
				signal,
				lost: ({ message }) => log.warn("the session was lost; watching on in a new one", { cause: message }),
			},
			(session) => watch.follow(session, signal),
		);
	},
);
