import { hostLimit, mostAtOnce } from "../../base/host-limits.ts";
import type { Log } from "../../base/log.ts";

/** The most that `--concurrency` takes. */
export const MOST_PROCESSES = 256;

/** How many of `wanted` run at a time on this host, each with `filesEach` files open; says so where that is fewer. */
export function atOnce(wanted: number, filesEach: number, log: Log): number {
	const most = mostAtOnce(wanted, filesEach);
	if (most < wanted) {
		log.warn(
			`${most} at a time, not ${wanted}: this host lets tangles open ${hostLimit("open files")} files (ulimit -n)`,
		);
	}
	return most;
}
