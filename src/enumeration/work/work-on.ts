import { withDeadline } from "../../base/deadline.ts";
import { Fault, messageOf } from "../../base/fault.ts";
import { graftJobOf } from "./arguments.ts";
import { failureOf, isStop } from "./failure.ts";
import { graftJob } from "./graft-job.ts";
import type { Grafter, ReservedJob } from "./ports.ts";
import { Reservation } from "./reservation.ts";
import type { JobWorker } from "./worker.ts";

/** Once the worker can wait no longer, a job is handed back within this time or not at all. */
const HAND_BACK_MS = 4000;

/** How a job ended. */
export type JobEnd =
	| { readonly is: "done"; readonly tangles: number; readonly stored: number }
	| { readonly is: "failed"; readonly error: unknown }
	/** The server was not reached; it gives the job out again by itself, once its reservation has ended. */
	| { readonly is: "unacknowledged"; readonly error: unknown };

/**
 * Works on one job. Acknowledges it once all its tangles are stored, and hands it back otherwise.
 * `late` aborts when the worker can wait no longer. Never throws.
 */
export async function workOn(
	worker: JobWorker,
	job: ReservedJob,
	grafter: Grafter,
	late: AbortSignal,
): Promise<JobEnd> {
	const reservation = new Reservation(job, late);
	grafter.hold(job.jid);
	try {
		return await new Work(worker, job, reservation, late).run(grafter);
	} finally {
		grafter.release();
		reservation.end();
	}
}

class Work {
	readonly #worker: JobWorker;
	readonly #job: ReservedJob;
	readonly #reservation: Reservation;
	readonly #late: AbortSignal;

	constructor(worker: JobWorker, job: ReservedJob, reservation: Reservation, late: AbortSignal) {
		this.#worker = worker;
		this.#job = job;
		this.#reservation = reservation;
		this.#late = late;
	}

	async run(grafter: Grafter): Promise<JobEnd> {
		const { store, emit, log } = this.#worker;
		const { jid } = this.#job;
		const began = performance.now();
		try {
			const wanted = graftJobOf(this.#job);
			const done = await graftJob(wanted, store, grafter, this.#reservation.signal);
			const unacknowledged = await this.#report(
				(source) => source.acknowledge(jid, this.#late),
				"all its tangles are stored",
			);
			if (unacknowledged !== undefined) return unacknowledged;
			const { rootstockTcn: rootstock_tcn, scionTcn: scion_tcn, scionId } = wanted;
			const ms = Math.round(performance.now() - began);
			emit({ event: "job-done", jid, rootstock_tcn, scion_tcn, ...done, ms });
			if (done.scions === 0)
				log.warn(`${jid}: nothing to graft: no good tangle of TCN ${scion_tcn} from ${scionId} on`);
			return { is: "done", tangles: done.tangles, stored: done.stored };
		} catch (error) {
			return await this.#handBack(error);
		}
	}

	async #handBack(error: unknown): Promise<JobEnd> {
		const { jid, backtrace } = this.#job;
		const { errtype, message, backtrace: trace } = failureOf(error, backtrace);
		const unacknowledged = await this.#report(async (source) => {
			const known = await this.#handBackInTime((signal) =>
				source.fail(jid, { errtype, message, backtrace: trace }, signal),
			);
			if (!known) throw new Fault("failed", "the server knows of no reservation of it");
		}, message);
		if (unacknowledged !== undefined) return unacknowledged;
		this.#worker.emit({ event: "job-failed", jid, errtype, message, handed_back: isStop(error) });
		return { is: "failed", error };
	}

	/** With the worker late, one attempt is made all the same, which may take HAND_BACK_MS. */
	async #handBackInTime<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
		if (!this.#late.aborted) return await send(this.#late);
		const timedOut = () =>
			new Fault("unreachable", `${this.#worker.source.name} did not answer within ${HAND_BACK_MS} ms`);
		return await withDeadline(HAND_BACK_MS, send(AbortSignal.timeout(HAND_BACK_MS)), timedOut);
	}

	/** Sends the outcome. Gives an ending where that fails, or where the job may be another worker's by now. */
	async #report(send: (source: JobWorker["source"]) => Promise<void>, outcome: string): Promise<JobEnd | undefined> {
		const { source, emit, log } = this.#worker;
		const { jid } = this.#job;
		try {
			if (this.#reservation.over) throw new Fault("failed", "its reservation has ended");
			await send(source);
			return undefined;
		} catch (error) {
			const why = `${messageOf(error)} (${outcome})`;
			emit({ event: "job-unacknowledged", jid, why });
			log.warn(`${jid} is not acknowledged, and will be given out again: ${why}`);
			return { is: "unacknowledged", error };
		}
	}
}
