import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { type Guarding, guarded } from "../../locks/guard.ts";
import { startChild } from "../../locks/supervise/start.ts";
import type { Batch } from "../batches/batch.ts";
import { documentOf } from "../batches/document.ts";
import { reportOf } from "./outcome.ts";
import type { Component, Worker } from "./ports.ts";
import { type Report, readWritten, type Written } from "./report.ts";
import { Spoken } from "./spoken.ts";

/** After TERM the work has so long to end before it is killed. */
const KILL_AFTER_MS = 5000;
const MOST_REPORT_BYTES = 256 * 1024 * 1024;

export interface ChildWork {
	readonly component: Component;
	/** Program and arguments, before the batch's id. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Where the reports are written; removed by whoever made it. */
	readonly folder: string;
	readonly log: Log;
	/** Resolves when what was logged has room to go. */
	readonly logged: () => Promise<void>;
}

/** Work as a child process: `COMMAND ARGS... <full id>`, the batch as JSON on stdin, a file for its report. */
export function childWorker(options: ChildWork): Worker {
	return { work: (batch, lock, token, signal) => work(options, batch, lock, token, signal) };
}

async function work(
	{ component, command, env, folder, log, logged }: ChildWork,
	batch: Batch,
	lock: Guarding,
	token: string,
	signal: AbortSignal,
): Promise<Report> {
	const file = join(folder, `${crypto.randomUUID()}.json`);
	const spoken = new Spoken((line) => log.info(`${batch.id}: ${line}`));
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
		log,
		pipes: {
			input: `${JSON.stringify(documentOf(batch))}\n`,
			output: async (stream, bytes) => {
				spoken.add(stream, bytes);
				await logged();
			},
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
		const tail = spoken.end();
		const { code, signal: by } = ended;
		const end = { code, signal: by, timedOut, limitMs: component.maxRuntimeMs, tail };
		const written = await readReport(file);
		return reportOf({ ...end, written, started, durationMs: performance.now() - began }, component);
	} finally {
		clearTimeout(late);
		signal.removeEventListener("abort", stop);
		await rm(file, { force: true });
	}
}

/** What the work has written: its report, why it cannot be read, or undefined. */
async function readReport(file: string): Promise<Written | string | undefined> {
	try {
		const { size } = await stat(file);
		if (size > MOST_REPORT_BYTES) return `the report has ${size} bytes; legal are up to ${MOST_REPORT_BYTES}`;
		return readWritten(await readFile(file, "utf8"));
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		return code === "ENOENT" ? undefined : `the report cannot be read: ${message}`;
	}
}
