import { describe, expect, test } from "bun:test";
import type { JobArguments, JobQueue } from "../../src/enumeration/stencils/ports.ts";

export interface QueuePlace {
	readonly queue: JobQueue;
	/** Arguments of the jobs in the queue, oldest first. */
	jobs(): Promise<readonly unknown[]>;
	end(): Promise<void>;
}

const job = (n: number): JobArguments => [`${n}`.padStart(24, "0"), 1, "f".repeat(24), 2, 500];

/** What every adapter of `JobQueue` does, told of one adapter. */
export function describeQueue(adapter: string, prepare: () => Promise<QueuePlace>): void {
	describe(adapter, () => {
		test("jobs that are pushed are in the queue, in their order and with their arguments, and are counted", async () => {
			const place = await prepare();
			try {
				const before = await place.queue.counts();
				expect(before.enqueued).toBe(0);
				await place.queue.push([job(1), job(2)]);
				await place.queue.push([]);
				await place.queue.push([job(1)]);
				const after = await place.queue.counts();
				expect(after.enqueued).toBe(3);
				// Other queues of a server may be in work meanwhile; its counters only grow.
				expect([after.processed >= before.processed, after.failed >= before.failed]).toEqual([true, true]);
				expect(await place.jobs()).toEqual([job(1), job(2), job(1)] as unknown[]);
			} finally {
				await place.end();
			}
		});
	});
}
