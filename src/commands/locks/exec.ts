import { constants } from "node:os";
import { Fault, isFault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { countFlag, durationFlag } from "../../cli/flags.ts";
import { guarded } from "../../locks/guard.ts";
import { checkLockPath } from "../../locks/names.ts";
import { forwardSignals } from "../../locks/supervise/forward.ts";
import { layerHere } from "../../locks/supervise/layer.ts";
import { findProgram } from "../../locks/supervise/program.ts";
import { startChild } from "../../locks/supervise/start.ts";
import { SupervisorPool } from "../../locks/supervise/supervisor-pool.ts";
import { type TakenLock, takeLock } from "../../locks/take-lock.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import { thisHolder } from "../shared/lock-holder.ts";
import { PING } from "../shared/run-flags.ts";

/**
 * How long the command has to end after a loss, in ms, also with a longer --kill-after: another holder may have the
 * lock.
 */
const LOSS_GRACE_MS = 500;
const KILL_AFTER = "5s";

/** The fault with the exit code that the user wants for its kind. */
function recoded(error: unknown, codes: { readonly locked: number | undefined; readonly lost: number | undefined }) {
	if (!isFault(error, "locked", "lost")) return error;
	const { kind, message, hint, cause } = error;
	return new Fault(kind, message, { hint, cause, exitCode: kind === "locked" ? codes.locked : codes.lost });
}

export default command(
	{
		name: "locks exec",
		details:
			"Exits with the command's own code (128 + n after signal n). It runs in a process\n" +
			"group of its own that is frozen while the lock is in doubt and dies with it, and\n" +
			"with tangles. INT and TERM are handed on and waited for; HUP, QUIT, USR1, USR2,\n" +
			"WINCH too. It finds TANGLES_LOCK_PATH and TANGLES_LOCK_TOKEN in its environment.",
		examples: [
			{ run: "tangles locks exec /nightly/report -- echo working", does: "run it, or exit 75 if somebody else does" },
			{ run: "tangles locks exec /nightly/report --wait 30s -- sleep 0", does: "wait for the lock at most 30 s" },
		],
		rest: "-- COMMAND [ARGS...]",
	},
	{
		path: { type: "positional", required: true, description: "the lock" },
		wait: durationFlag({ description: "how long to wait for the lock (default: not at all)" }),
		"kill-after": durationFlag({
			default: KILL_AFTER,
			description: "how long the command may take to end after INT or TERM, before it is killed",
		}),
		"conflict-exit-code": countFlag({
			least: 0,
			most: 255,
			description: "instead of 75, where the lock is held elsewhere",
		}),
		ping: PING,
		"lost-exit-code": countFlag({ least: 0, most: 255, description: "instead of 79, where the lock was lost" }),
	},
	async ({ args, rest, env, config, log, logForm, logWritten, signal, version }) => {
		const { path } = args;
		checkLockPath(path);
		const { wait: waitMs = 0, "kill-after": killAfterMs } = args;
		const codes = { locked: args["conflict-exit-code"], lost: args["lost-exit-code"] };
		const [program] = rest;
		if (program === undefined) {
			throw new Fault("usage", "no command given", { hint: "tangles locks exec PATH -- COMMAND [ARGS...]" });
		}
		findProgram(program, env.PATH ?? "");
		const { zookeeper } = await config("zookeeper");
		return async () => {
			await using supervisors = SupervisorPool.forOwnStreams(logForm);
			let taken: TakenLock | undefined;
			try {
				const data = thisHolder("locks exec", version, zookeeper.lockLayout, { contained: layerHere() });
				const options = { layout: zookeeper.lockLayout, waitMs, data, signal };
				// Its start takes as long as taking the lock. A run that may wait for long starts it only once it has the lock.
				if (waitMs === 0) supervisors.prepare();
				taken = await takeLock((stop) => openSession(zookeeper, stop), path, options);
				const { lock } = taken;
				const child = startChild({
					command: rest,
					env: { ...env, TANGLES_LOCK_PATH: path, TANGLES_LOCK_TOKEN: lock.token },
					lossGraceMs: Math.min(LOSS_GRACE_MS, killAfterMs),
					supervisors,
					log,
					logWritten,
				});
				const stop = () => child.end(isFault(signal.reason, "interrupt") ? "SIGINT" : "SIGTERM", killAfterMs);
				signal.addEventListener("abort", stop, { once: true });
				if (signal.aborted) stop();
				const offForward = forwardSignals(child.signal);
				try {
					const ended = await guarded(lock, child, log);
					if (ended.killed === "time") throw new Fault("lost", `the lock ${path} was lost: its time was up`);
					return ended.signal === null ? (ended.code ?? 0) : 128 + constants.signals[ended.signal];
				} finally {
					offForward();
					signal.removeEventListener("abort", stop);
				}
			} catch (error) {
				throw recoded(error, codes);
			} finally {
				await taken?.end();
			}
		};
	},
);
