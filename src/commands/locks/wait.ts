import { command } from "../../cli/command.ts";
import { durationOf } from "../../cli/duration.ts";
import { checkLockPath } from "../../locks/names.ts";
import { untilFree } from "../../locks/until-free.ts";
import { withSession } from "./with-session.ts";

export default command(
	{
		name: "locks wait",
		summary: "wait until nobody holds a lock",
		details:
			"Exits with 0 as soon as it is free, with 75 when the time is up. Nothing is\n" +
			"taken: the next moment somebody may hold it again.",
		examples: [
			{ run: "tangles locks wait /SBOI/Sample", does: "as long as it takes" },
			{ run: "tangles locks wait /SBOI/Sample --timeout 10s", does: "at most 10 s" },
		],
	},
	{
		path: { type: "positional", required: true, description: "the lock" },
		timeout: { type: "string", valueHint: "DUR", description: "wait at most so long (default: no limit)" },
	},
	async (context) => {
		const { args, out, signal } = context;
		checkLockPath(args.path);
		const timeoutMs = durationOf("--timeout", args.timeout);
		const began = performance.now();
		await withSession(context, async (session) => await untilFree(session, args.path, timeoutMs, signal));
		out.document({ path: args.path, free: true, waited_ms: Math.round(performance.now() - began) }, () => "");
	},
);
