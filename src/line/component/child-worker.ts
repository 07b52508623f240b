import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault, messageOf } from "../../base/fault.ts";
import type { LineLog, Log } from "../../base/log.ts";
import { TimeSlice } from "../../base/time-slice.ts";
import { guarded, type LockHandle } from "../../locks/guard.ts";
import { startChild } from "../../locks/supervise/start.ts";
import type { SupervisorPool } from "../../locks/supervise/supervisor-pool.ts";
import type { Batch } from "../batches/batch.ts";
import { documentOf } from "../batches/document.ts";
import { ChildOutput } from "./child-output.ts";
import { reportOfWork } from "./outcome.ts";
import type { BatchWorker, Component } from "./ports.ts";
import type { WorkReport } from "./report.ts";
import { readReport } from "./report-file/read.ts";

/** From TERM to KILL. */
const KILL_AFTER_MS = 5000;

export interface ChildWork {
	readonly component: Component;
	/** Program and arguments, before the batch's id. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The folder for the reports; the caller makes and removes it. */
	readonly folder: string;
	/** The children's supervisors; the caller ends them. */
	readonly supervisors: Pick<SupervisorPool, "take">;
	readonly log: Log;
	/** Where the lines go that the children write. */
	readonly lineLog: LineLog;
}

/** One batch to work on, under which lock. */
interface WorkOnBatch {
	readonly batch: Batch;
	readonly lock: LockHandle;
	readonly token: string;
	readonly signal: AbortSignal;
}

/** Work as a child process: `COMMAND ARGS... <full id>`, the batch as JSON on stdin, a file for its report. */
export function childWorker(options: ChildWork): BatchWorker {
	const slice = new TimeSlice();
	return {
		work: (batch, lock, token, signal) => {
			const output = new ChildOutput(options.lineLog, batch.id, slice);
			return work({ ...options, output }, { batch, lock, token, signal });
		},
	};
}

async function work(
	{ component, command, env, folder, supervisors, log, output }: ChildWork & { readonly output: ChildOutput },
	{ batch, lock, token, signal }: WorkOnBatch,
): Promise<WorkReport> {
	const file = join(folder, `${crypto.randomUUID()}.json`);
	const started = new Date();
	const began = performance.now();
	const child = startChild({
		command: [...command, batch.id],
		env: {
			...env,
			TANGLES_BATCH: batch.id,
			TANGLES_BATCH_ID: batch.batchId,
			TANGLES_ROUND_TRIP: String(batch.roundTrip),
			TANGLES_COMPONENT: component.name,
			TANGLES_LOCK_TOKEN: token,
			TANGLES_THREADS: String(component.threadsPerBatch),
			TANGLES_MAX_RESULTS: String(component.maxResults),
			TANGLES_RESULT: file,
		},
		lossGraceMs: 0,
		supervisors,
		log,
		pipes: {
			input: `${JSON.stringify(documentOf(batch))}\n`,
			output: (stream, bytes) => output.add(stream, bytes),
		},
	});
	let timedOut = false;
	const late = setTimeout(() => {
		timedOut = true;
		child.end("SIGTERM", KILL_AFTER_MS);
	}, component.maxRuntimeMs);
	const stop = () => child.end("SIGTERM", KILL_AFTER_MS);
	signal.addEventListener("abort", stop, { once: true });
	try {
		const ended = await guarded(lock, child, log);
		if (ended.killed === "time") throw new Fault("lost", `the lock ${lock.path} was lost: its time was up`);
		signal.throwIfAborted();
		const tail = output.end();
		const { code, signal: by } = ended;
		const end = { code, signal: by, timedOut, limitMs: component.maxRuntimeMs, tail };
		const answer = await readReport(file, component.maxResults, signal);
		return reportOfWork({ ...end, answer, started, durationMs: performance.now() - began }, component);
	} finally {
		clearTimeout(late);
		signal.removeEventListener("abort", stop);
		await rm(file, { force: true, recursive: true }).catch((error) => {
			log.warn(`${batch.id}: its report file cannot be removed`, { cause: messageOf(error) });
		});
	}
}
