import { hostname } from "node:os";
import type { ArgValues, Context } from "../../cli/command.ts";
import type { OpenJobs, QueueCounts } from "../../enumeration/stencils/ports.ts";
import { type JobChange, openFailedJobs } from "../../servers/faktory/change-jobs.ts";
import { userName } from "../shared/user-name.ts";
import type { CHANGE_ARGS } from "./flags.ts";

type ChangeContext = Omit<Context<typeof CHANGE_ARGS>, "args"> & { readonly args: ArgValues<typeof CHANGE_ARGS> };

/** What became of the jobs. */
interface JobsChanged extends Omit<JobChange, "action"> {
	readonly dry_run: boolean;
	readonly action: JobChange["action"];
	readonly by: string;
	readonly reason: string;
	/** Jobs by which the set became smaller. */
	readonly changed: number;
	readonly before: OpenJobs;
	readonly after: OpenJobs;
}

const PAST = { requeue: "requeued", discard: "discarded" } as const;
const ADJECTIVE = { dead: "dead jobs", retries: "jobs in retries" } as const;

const openOf = ({ processed: _, failed: __, ...open }: QueueCounts): OpenJobs => open;

function changedText({ dry_run, action, state, queue, jobtype, changed, before, after }: JobsChanged): string {
	const which = `of type ${jobtype} in queue ${queue}`;
	if (before[state] === 0) return `no ${ADJECTIVE[state]}: nothing to ${action}\n`;
	if (dry_run) return `would ${action} those ${which} among ${before[state]} ${ADJECTIVE[state]}\n`;
	const counts = `${state} ${before[state]} -> ${after[state]}, enqueued ${before.enqueued} -> ${after.enqueued}`;
	const left = after[state];
	const others = left === 0 ? "" : `; ${left} left, of other types or queues: name them by --jobtype and --queue`;
	return `${PAST[action]} ${changed} ${ADJECTIVE[state]} ${which}: ${counts}${others}\n`;
}

/**
 * Says how many jobs the set has, asks, changes those of one type and queue, and counts again. The server tells neither
 * types nor queues of a set's jobs, so that how many were meant is known afterwards alone.
 */
export async function changeJobs(context: ChangeContext, action: JobChange["action"]): Promise<void> {
	const { args, out, log, progress, signal } = context;
	const { faktory, producer } = await context.config("faktory");
	const { state, reason, jobtype = "arbor_job", queue = faktory.queue } = args;
	const dryRun = args["dry-run"] === true;
	const change = { action, state, queue, jobtype };
	const by = `${userName()}@${hostname()}`;
	const jobs = openFailedJobs(faktory, producer.patienceMs, log);
	try {
		const before = await jobs.settled(state, queue, signal);
		const count = before[state];
		let after = before;
		if (!dryRun && count > 0) {
			const which = `those of type ${jobtype} in queue ${queue} among ${count} ${ADJECTIVE[state]}`;
			const lost = action === "discard" ? "; a TCN that they belong to is then not complete" : "";
			await context.confirm(`${action} ${which}${lost}`, args.yes === true);
			const shown = (now: QueueCounts) =>
				progress.show(action, { done: count - now[state], total: count, notes: `queue ${now.enqueued}` });
			await jobs.change(change, shown, signal);
			progress.hide();
			after = await jobs.settled(state, queue, signal);
		}
		const changed = Math.max(0, count - after[state]);
		if (changed > 0) log.info(`${PAST[action]} ${changed} ${ADJECTIVE[state]}`, { jobtype, queue, by, reason });
		const counts = { before: openOf(before), after: openOf(after) };
		out.receipt({ dry_run: dryRun, ...change, by, reason, changed, ...counts }, changedText);
	} finally {
		progress.hide();
		jobs.close();
	}
}
