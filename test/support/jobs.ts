import type { Enumeration } from "./enumeration.ts";
import type { QueueEye } from "./queue.ts";

/** `_id` of the first tangle of a TCN, or of the first good one. */
export async function firstOf({ tangles }: Enumeration, TCN: number, goodOnly = false): Promise<string> {
	const found = tangles.find({ TCN, ...(goodOnly && { is_good: true }) });
	const [first] = await found.sort({ _id: 1 }).limit(1).toArray();
	return String(first?._id);
}

/** Arguments of the job for the first pages of 500: rootstocks of TCN j, scions of TCN k. */
export async function firstPages(run: Enumeration, j: number, k: number): Promise<readonly unknown[]> {
	return [await firstOf(run, j), j, await firstOf(run, k, true), k, 500];
}

/** Pushes one job, as a producer does, with `fields` in place of its own; gives its jid. */
export async function pushJob(eye: QueueEye, args: readonly unknown[], fields: object = {}): Promise<string> {
	const jid = crypto.randomUUID();
	const job = { jid, jobtype: "arbor_job", queue: eye.queue, args, reserve_for: 1800, backtrace: 5, ...fields };
	await eye.send("PUSH", JSON.stringify(job));
	return jid;
}
