import { randomUUID } from "node:crypto";

/** A job as the existing workers expect it. */
export interface JobPayload {
	readonly jid: string;
	readonly jobtype: "arbor_job";
	readonly queue: string;
	readonly args: readonly unknown[];
	readonly retry: number;
	/** Seconds until a fetched job is given to another worker. */
	readonly reserve_for: number;
	/** Lines of a failure's stack that the server keeps. */
	readonly backtrace: number;
}

/** A job with a jid that was never used: pushing a jid twice is undefined behaviour on the server. */
export function payload(queue: string, args: readonly unknown[]): JobPayload {
	return { jid: randomUUID(), jobtype: "arbor_job", queue, args, retry: 25, reserve_for: 1800, backtrace: 5 };
}
