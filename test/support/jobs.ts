import type { QueueEye } from "./queue.ts";

/** Pushes one job, as a producer does, with `fields` in place of its own; gives its jid. */
export async function pushJob(eye: QueueEye, args: readonly unknown[], fields: object = {}): Promise<string> {
	const jid = crypto.randomUUID();
	const job = { jid, jobtype: "arbor_job", queue: eye.queue, args, reserve_for: 1800, backtrace: 5, ...fields };
	await eye.send("PUSH", JSON.stringify(job));
	return jid;
}
