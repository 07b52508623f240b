import { sleep } from "../../base/deadline.ts";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { sendHeartbeats } from "./heartbeat.ts";
import type { Grafter, ReservedJob, WorkerState } from "./ports.ts";
import { Tally } from "./tally.ts";
import { type JobEnd, workOn } from "./work-on.ts";
import type { JobWorker } from "./worker.ts";

/**
 * Time in which a worker that is to end may still finish its jobs. A worker is given 25 s in all: the rest is for handing
 * jobs back.
 */
const GRACE_MS = 20_000;

/** Pause between two requests for a job while the queue is empty. */
const LOOK_EVERY_MS = 200;

/**
 * Works on jobs until it is stopped, as the README of this folder describes. Resolves when the server asked for the
 * end, with true where all jobs went well; throws the signal's reason, or the Fault of a server that is gone.
 */
export async function work(worker: JobWorker): Promise<boolean> {
	return await new Run(worker).run();
}

class Run {
	readonly #worker: JobWorker;
	readonly #tally = new Tally();
	readonly #free: Grafter[];
	readonly #running = new Set<Promise<void>>();
	/** Aborts when no further job is to be fetched. `work` throws its reason, unless the server asked for the end. */
	readonly #stop = new AbortController();
	/** Aborts when the jobs that are still worked on have to be handed back. */
	readonly #late = new AbortController();
	readonly #over = new AbortController();
	#state: WorkerState = "running";
	#failure: { error: unknown } | undefined;
	#idle = false;

	constructor(worker: JobWorker) {
		this.#worker = worker;
		this.#free = [...worker.grafters];
	}

	async run(): Promise<boolean> {
		const { id, queue, grafters, signal, source, emit } = this.#worker;
		const stopped = () => this.#end(signal.reason);
		signal.addEventListener("abort", stopped, { once: true });
		if (signal.aborted) stopped();
		const heartbeats = sendHeartbeats(source, this.#over.signal, () => this.#state, this.#onWanted).catch(this.#fail);
		emit({ event: "started", queue, worker: id, concurrency: grafters.length });
		try {
			await this.#fetchAll();
			await this.#finish();
		} finally {
			signal.removeEventListener("abort", stopped);
			this.#over.abort(new Fault("failed", "the run is over"));
			await heartbeats;
			emit({ event: "stopped", ...this.#tally.sums() });
		}
		if (this.#failure !== undefined) throw this.#failure.error;
		return this.#tally.allWell;
	}

	async #fetchAll(): Promise<void> {
		const { source } = this.#worker;
		const stop = this.#stop.signal;
		while (!stop.aborted) {
			const grafter = this.#state === "running" ? this.#free.pop() : undefined;
			if (grafter === undefined) {
				await this.#anything();
				continue;
			}
			const job = await this.#next();
			if (job === undefined) this.#free.push(grafter);
			else this.#start(job, grafter);
		}
		this.#worker.log.debug(`${source.name}: no further jobs are fetched`);
	}

	async #next(): Promise<ReservedJob | undefined> {
		try {
			const job = await this.#worker.source.fetch(this.#stop.signal);
			if (job !== undefined) {
				this.#idle = false;
				return job;
			}
			if (!this.#idle && this.#running.size === 0) {
				this.#idle = true;
				this.#worker.emit({ event: "waiting", jobs: this.#tally.jobs });
			}
			await sleep(LOOK_EVERY_MS, this.#stop.signal);
			return undefined;
		} catch (error) {
			if (!this.#stop.signal.aborted) this.#fail(error);
			return undefined;
		}
	}

	#start(job: ReservedJob, grafter: Grafter): void {
		const work = workOn(this.#worker, job, grafter, this.#late.signal)
			.then((ending) => this.#ended(ending), this.#fail)
			.finally(() => {
				this.#free.push(grafter);
				this.#running.delete(work);
			});
		this.#running.add(work);
	}

	#ended(ending: JobEnd): void {
		this.#tally.add(ending);
		// A server that is gone, or that refuses, does so for every job.
		if (ending.is !== "done" && isFault(ending.error, "unreachable", "refused")) this.#fail(ending.error);
	}

	/** Resolves when a job has ended or the run has to stop. */
	async #anything(): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		const stop = this.#stop.signal;
		const wake = () => resolve();
		stop.addEventListener("abort", wake, { once: true });
		// A worker that is quiet has nothing to do when its jobs have ended.
		if (this.#state === "running") for (const work of this.#running) work.then(wake);
		await promise;
		stop.removeEventListener("abort", wake);
	}

	/** Waits for the jobs in work, as long as there is time, and then for their being handed back. */
	async #finish(): Promise<void> {
		const done = new AbortController();
		const grace = sleep(GRACE_MS, done.signal).then(
			() => this.#late.abort(this.#failure?.error ?? new Fault("terminate", "stopped by the server's web page")),
			() => {},
		);
		await Promise.all(this.#running);
		done.abort(new Fault("failed", "all have ended"));
		await grace;
	}

	readonly #onWanted = (wanted: WorkerState): void => {
		if (wanted === "quiet" && this.#state === "running") {
			this.#state = "quiet";
			this.#worker.emit({ event: "quiet" });
		} else if (wanted === "terminate") this.#end(undefined);
	};

	readonly #fail = (error: unknown): void => this.#end(error);

	#end(error: unknown): void {
		if (error !== undefined) this.#failure ??= { error };
		this.#state = "terminate";
		if (this.#stop.signal.aborted) return;
		const why = error === undefined ? "the server's web page asks for the end" : messageOf(error);
		this.#worker.emit({ event: "stopping", why, working: this.#running.size });
		this.#stop.abort(error ?? new Fault("terminate", why));
	}
}
