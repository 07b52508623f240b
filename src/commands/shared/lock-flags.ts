import { isFault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { choiceFlag, durationFlag } from "../../cli/flags.ts";
import type { Need, ZookeeperConfig } from "../../config/config.ts";
import { guarded, type LockHandle } from "../../locks/guard.ts";
import { type TakenLock, takeLock } from "../../locks/take-lock.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import { thisHolder } from "./lock-holder.ts";

/** The flag of every command that takes a lock for its run. */
export const IF_LOCKED = choiceFlag(["fail", "skip"], {
	description: "where the lock is held elsewhere: exit 75, or 0 with skip (default fail)",
});

/** Flags of every command that takes a lock for all of its run, and can do without. */
export const LOCK_ARGS = {
	wait: durationFlag({ description: "how long to wait for the lock, such as 30s (default: not at all)" }),
	"if-locked": IF_LOCKED,
	lock: { type: "boolean", default: true, negativeDescription: "run without ZooKeeper and without a lock" },
} as const;

/** What a command with `LOCK_ARGS` needs of the config for its lock; nothing with --no-lock. */
export function lockNeeds({ lock }: { readonly lock?: boolean | undefined }): readonly Need[] {
	if (lock === false) return [];
	return [{ server: "zookeeper", without: "--no-lock runs without a lock, where nobody else starts a second run" }];
}

interface LockContext {
	readonly args: {
		readonly wait?: number | undefined;
		readonly "if-locked"?: "fail" | "skip" | undefined;
		readonly lock?: boolean | undefined;
	};
	readonly log: Log;
	readonly signal: AbortSignal;
	readonly version: string;
}

/**
 * Takes the lock at `path` in a session of its own. Throws "locked" where it is held elsewhere; with `skip` says so and
 * gives undefined.
 */
export async function takeOrSkip(
	{ log, signal }: Pick<LockContext, "log" | "signal">,
	zookeeper: ZookeeperConfig,
	path: string,
	{ waitMs, skip, data }: { readonly waitMs: number; readonly skip: boolean; readonly data: string },
): Promise<TakenLock | undefined> {
	const options = { layout: zookeeper.lockLayout, waitMs, data, signal };
	try {
		return await takeLock((stop) => openSession(zookeeper, stop), path, options);
	} catch (error) {
		if (!skip || !isFault(error, "locked")) throw error;
		log.info(`nothing done: ${error.message}`);
		return undefined;
	}
}

/** A run that is one at a time. */
interface LockedRun {
	/** Of a config that was read with `lockNeeds`. */
	readonly zookeeper: ZookeeperConfig | undefined;
	readonly path: string;
	/** The verb: it is stored in the lock's node, for people who ask who holds it. */
	readonly command: string;
}

/**
 * Runs `work` under the lock at `path`, by the flags of `LOCK_ARGS`. `work` is given what to await before each step
 * that cannot be undone, a signal that aborts with the loss of the lock too, and the lock where there is one. Throws
 * "locked" where it is held elsewhere, "lost" where it was lost.
 */
export async function underLock(
	{ args, log, signal, version }: LockContext,
	{ zookeeper, path, command }: LockedRun,
	work: (ensureHeld: () => Promise<void>, signal: AbortSignal, lock?: LockHandle) => Promise<void>,
): Promise<void> {
	const { wait: waitMs = 0 } = args;
	const skip = args["if-locked"] === "skip";
	if (args.lock === false) {
		log.warn(`running without the lock ${path}: nothing keeps a second run from starting`);
		return await work(() => Promise.resolve(), signal);
	}
	if (zookeeper === undefined) throw new Error("the config was read without what lockNeeds gives");
	const taken = await takeOrSkip({ log, signal }, zookeeper, path, {
		...{ waitMs, skip },
		data: thisHolder(command, version, zookeeper.lockLayout),
	});
	if (taken === undefined) return;
	const { lock } = taken;
	try {
		const ended = work(() => lock.ensureHeld(signal), AbortSignal.any([signal, lock.lost]), lock);
		// The work runs in this process: it stops by the signal and pauses at `ensureHeld`, so there is no child to freeze.
		await guarded(lock, { until: () => {}, stop: () => {}, ended }, log);
	} finally {
		await taken.end();
	}
}
