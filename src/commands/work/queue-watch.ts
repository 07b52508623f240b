import { sleep } from "../../base/deadline.ts";
import { messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { NO_PROGRESS, type Progress } from "../../cli/progress.ts";
import type { FaktoryConsumer } from "../../servers/faktory/consumer.ts";
import type { WorkReporter } from "./reporter.ts";

const LOOK_EVERY_MS = 1000;

export interface QueueWatch {
	readonly progress: Progress;
	readonly source: FaktoryConsumer;
	readonly reporter: WorkReporter;
	readonly log: Log;
}

/**
 * Shows the length of the queue in the progress bar, where there is one, until `signal` aborts. Errors are only logged at
 * level debug: the worker asks the same server and reports them.
 */
export async function watchQueue({ progress, source, reporter, log }: QueueWatch, signal: AbortSignal): Promise<void> {
	if (progress === NO_PROGRESS) return;
	try {
		for (;;) {
			const { enqueued } = await source.counts(signal);
			reporter.queue(enqueued);
			await sleep(LOOK_EVERY_MS, signal);
		}
	} catch (error) {
		log.debug(`the queue is no longer watched: ${messageOf(error)}`);
	}
}
