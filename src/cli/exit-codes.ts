import type { FaultKind } from "../base/fault.ts";

/** What a run can end with. */
export type RunEnd = "done" | FaultKind | "bug";

/** The one table of exit codes; README and `tangles --help` show it, scripts rely on it. */
export const EXIT_CODES: Readonly<Record<RunEnd, { code: number; meaning: string }>> = {
	done: { code: 0, meaning: "done, or nothing to do" },
	"broken-pipe": { code: 0, meaning: "the reader of stdout went away" },
	failed: { code: 1, meaning: "it ran, and some work failed; the rest was done and recorded" },
	bug: { code: 2, meaning: "unforeseen: a bug" },
	usage: { code: 64, meaning: "usage" },
	data: { code: 65, meaning: "a document in the database is not what it must be" },
	unreachable: { code: 69, meaning: "a server is unreachable or did not answer in time" },
	output: { code: 74, meaning: "stdout could not be written; all else was done" },
	locked: { code: 75, meaning: "the lock is held elsewhere" },
	refused: { code: 77, meaning: "refused: login or access rights" },
	config: { code: 78, meaning: "config file or environment" },
	lost: { code: 79, meaning: "the lock was lost while the work ran" },
	interrupt: { code: 130, meaning: "stopped by SIGINT, everything resumable" },
	terminate: { code: 143, meaning: "stopped by SIGTERM, everything resumable" },
};
