import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault, messageOf } from "../../base/fault.ts";
import type { LineLog, Log } from "../../base/log.ts";
import { TimeSlice } from "../../base/time-slice.ts";
import { guarded } from "../../locks/guard.ts";
import { startChild } from "../../locks/supervise/start.ts";
import type { SupervisorPool } from "../../locks/supervise/supervisor-pool.ts";
import type { Batch } from "../batches/batch.ts";
import { documentForWork, siblingOf } from "../batches/document.ts";
import { isBatch, type Stored } from "../batches/malformed.ts";
import { ChildOutput } from "./child-output.ts";
import { reportOfWork } from "./outcome.ts";
import type { BatchWorker, Component, WorkOnBatch } from "./ports.ts";
import type { WorkReport } from "./report.ts";
import { readReport } from "./report-file/read.ts";
import type { ReportAnswer } from "./report-file/role.ts";
import { RunOver } from "./run-limit.ts";

/** From TERM to KILL. */
const KILL_AFTER_MS = 5000;

export interface ChildWork {
	readonly component: Component;
	/** Program and arguments, before the batch's id. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** All round trips of a batch, itself among them. */
	readonly roundTrips: (batchId: string, signal: AbortSignal) => Promise<Stored[]>;
	/** The folder for the reports; the caller makes and removes it. */
	readonly folder: string;
	/** The children's supervisors; the caller ends them. */
	readonly supervisors: Pick<SupervisorPool, "take">;
	readonly log: Log;
	/** Where the lines go that the children write. */
	readonly lineLog: LineLog;
}

/** Work as a child process: `COMMAND ARGS... <full id>`, the batch as JSON on stdin, a file for its report. */
export function childWorker(options: ChildWork): BatchWorker {
	const slice = new TimeSlice();
	return {
		work: (on) => work({ ...options, output: new ChildOutput(options.lineLog, on.batch.id, slice) }, on),
	};
}

async function work(
	{
		component,
		command,
		env,
		folder,
		supervisors,
		log,
		output,
		roundTrips,
	}: ChildWork & { readonly output: ChildOutput },
	{ batch, lock, token, limit, signal }: WorkOnBatch,
): Promise<WorkReport> {
	const file = join(folder, `${crypto.randomUUID()}.json`);
	const others = (await roundTrips(batch.batchId, signal)).filter(({ id }) => id !== batch.id);
	// No await stands between this and the listener below: a stop in between would not be heard.
	signal.throwIfAborted();
	const siblings = others.filter(isBatch);
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
		logFields: { batch: batch.id },
		pipes: {
			input: `${JSON.stringify({ ...documentForWork(batch), siblings: siblings.map(siblingOf) })}\n`,
			output: (stream, bytes) => output.add(stream, bytes),
		},
	});
	let timedOut = false;
	const late = setTimeout(() => {
		timedOut = true;
		child.end("SIGTERM", KILL_AFTER_MS);
	}, limit.ms);
	const stop = () => child.end("SIGTERM", KILL_AFTER_MS);
	signal.addEventListener("abort", stop, { once: true });
	try {
		const ended = await guarded(lock, child, log);
		if (ended.killed === "time") throw new Fault("lost", `the lock ${lock.path} was lost: its time was up`);
		signal.throwIfAborted();
		if (timedOut && limit.outcome === "give back") throw new RunOver(batch.id, "as it ran", limit.said);
		const tail = output.end();
		const { code, signal: by } = ended;
		const end = { code, signal: by, timedOut: timedOut ? limit.said : undefined, tail };
		const answer = checkEvents(await readReport(file, component.maxResults, signal), siblings);
		return reportOfWork({ ...end, answer, started, durationMs: performance.now() - began }, component);
	} finally {
		clearTimeout(late);
		signal.removeEventListener("abort", stop);
		await rm(file, { force: true, recursive: true }).catch((error) => {
			log.warn(`${batch.id}: its report file cannot be removed`, { cause: messageOf(error) });
		});
	}
}

/** The answer, or what is wrong with it where it has an event for a round trip that does not exist. */
function checkEvents(answer: ReportAnswer | undefined, siblings: readonly Batch[]): ReportAnswer | undefined {
	if (answer === undefined || "wrong" in answer) return answer;
	const known = siblings.map(({ roundTrip }) => roundTrip);
	const stray = answer.written.events?.find(({ round_trip }) => !known.includes(round_trip));
	if (stray === undefined) return answer;
	const expected =
		known.length === 0 ? "there is no other one" : `the others are ${known.toSorted((a, b) => a - b).join(", ")}`;
	return { wrong: `the report has an event ${stray.type} for round trip ${stray.round_trip}; ${expected}` };
}
