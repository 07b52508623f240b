import type { Log } from "../../base/log.ts";
import { type Output, timed } from "../../cli/output.ts";
import type { Progress } from "../../cli/progress.ts";
import type { WorkEvent } from "../../enumeration/work/events.ts";

/** Jobs come and go faster than anybody reads: without `--verbose` the log sums them up this often. */
const SUM_EVERY_MS = 10_000;
const BAR_EVERY_MS = 200;

/** Reports a worker's events: JSON lines on stdout with `--json`, else log lines; a bar on a terminal. */
export class WorkReporter {
	readonly #out: Output;
	readonly #log: Log;
	readonly #progress: Progress;
	#done = 0;
	/** Jobs in the queue when it was last looked at. */
	#left = 0;
	#drawn = Number.NEGATIVE_INFINITY;
	#summed = performance.now();
	#since = { jobs: 0, tangles: 0, stored: 0 };

	constructor(out: Output, log: Log, progress: Progress) {
		this.#out = out;
		this.#log = log;
		this.#progress = progress;
	}

	readonly emit = (event: WorkEvent): void => {
		if (event.event === "job-done") this.#count(event);
		else if (event.event !== "job-failed") this.#progress.hide();
		if (this.#out.json) this.#out.event(timed(event));
		else this.#logEvent(event);
	};

	/** `left`: jobs that nobody has fetched yet. */
	queue(left: number): void {
		this.#left = left;
		this.#draw();
	}

	#logEvent(event: WorkEvent): void {
		if (event.event === "job-failed") {
			const { jid, message, handed_back } = event;
			if (handed_back) this.#log.warn(`${jid}: ${message}`);
			else this.#log.error(`${jid} failed: ${message}`);
			return;
		}
		const { event: name, ...fields } = event;
		if (name === "job-done") this.#log.debug(name, fields);
		else if (name !== "job-unacknowledged") {
			this.#sum();
			this.#log.info(name, fields);
		}
	}

	#count({ tangles, stored }: Extract<WorkEvent, { event: "job-done" }>): void {
		this.#done += 1;
		const { jobs, ...sums } = this.#since;
		this.#since = { jobs: jobs + 1, tangles: sums.tangles + tangles, stored: sums.stored + stored };
		const now = performance.now();
		if (!this.#out.json && now - this.#summed >= SUM_EVERY_MS) this.#sum();
		if (now - this.#drawn >= BAR_EVERY_MS) this.#draw();
	}

	#draw(): void {
		this.#drawn = performance.now();
		this.#progress.show("jobs", { done: this.#done, total: this.#done + this.#left, notes: `queue ${this.#left}` });
	}

	#sum(): void {
		const now = performance.now();
		const seconds = Math.round((now - this.#summed) / 100) / 10;
		if (this.#since.jobs > 0) this.#log.info("jobs-done", { ...this.#since, seconds });
		this.#summed = now;
		this.#since = { jobs: 0, tangles: 0, stored: 0 };
	}
}
