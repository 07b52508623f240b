import { command } from "../../cli/command.ts";
import { durationFlag } from "../../cli/flags.ts";
import { acrossSessions } from "../../locks/across-sessions.ts";
import { checkLockPath } from "../../locks/names.ts";
import { untilFree } from "../../locks/until-free.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";

export default command(
	{
		name: "locks wait",
		details:
			"Exits with 0 as soon as the lock is free, with 75 when the time is up. The lock\n" +
			"is not taken: somebody may hold it a moment later. Waits on, with the same time\n" +
			"limit, while the servers restart or are away.",
		examples: [
			{ run: "tangles locks wait /SBOI/Sample", does: "as long as it takes" },
			{ run: "tangles locks wait /SBOI/Sample --timeout 10s", does: "at most 10 s" },
		],
	},
	{
		path: { type: "positional", required: true, description: "the lock" },
		timeout: durationFlag({ description: "how long to wait at most (default: no limit)" }),
	},
	async (context) => {
		const { args, config, out, log, signal } = context;
		checkLockPath(args.path);
		const began = performance.now();
		const deadline = began + (args.timeout ?? Number.POSITIVE_INFINITY);
		const { zookeeper } = await config("zookeeper");
		const { session } = await acrossSessions(
			{
				open: (stop) => openSession(zookeeper, stop),
				deadline,
				signal,
				lost: ({ message }) => log.warn("the session was lost; waiting on in a new one", { cause: message }),
			},
			async (opened) => await untilFree(opened, args.path, deadline, signal),
		);
		await session.close();
		out.document({ path: args.path, free: true, waited_ms: Math.round(performance.now() - began) }, () => "");
	},
);
