import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { inPool } from "../../base/pool.ts";
import type { Guarding } from "../../locks/guard.ts";
import { together } from "../../locks/together.ts";
import type { Taken, Tools } from "./ports.ts";
import { record } from "./record.ts";
import type { Report } from "./report.ts";
import { takeReady } from "./take.ts";

/** What a run has done. */
class Tally {
	succeeded = 0;
	readonly failed: string[] = [];
	/** Why nothing was recorded, for each batch that was given up. */
	readonly abandoned: unknown[] = [];
}

/** Which of several reasons a run that was not finished ends with; the first kind here that is among them. */
const GRAVEST = ["interrupt", "terminate", "lost", "refused", "data", "unreachable"] as const;

/**
 * One run of a component. Procedure 2 takes as many batches as its queue has room for, works on `maxThreads` of them at a
 * time, and holds the lock for looking all along: one instance at a time. Procedure 1 takes one batch and lets the next
 * instance look while it works. Throws a Fault "failed" where a batch failed, and what kept one from being recorded.
 */
export async function runStation(tools: Tools, procedure: 1 | 2): Promise<void> {
	const { component, tell, sboi } = tools;
	tell({ event: "looking", component: component.name, procedure });
	const tally = new Tally();
	const room = procedure === 1 ? 1 : component.queueLength;
	try {
		const taken = await take(tools, room);
		if (procedure === 1) await sboi.release();
		const guard = (lock: Guarding) => (procedure === 1 ? lock : together(sboi, lock));
		await inPool(taken, component.maxThreads, (one) => workOn(tools, one, guard(one.lock), tally));
	} finally {
		const { succeeded, failed, abandoned } = tally;
		const sums = { succeeded, failed: failed.length, abandoned: abandoned.length };
		tell({ event: "stopped", component: component.name, ...sums });
	}
	conclude(tally);
}

async function take(tools: Tools, room: number): Promise<Taken[]> {
	const taken: Taken[] = [];
	try {
		for await (const one of takeReady(tools)) {
			if (taken.push(one) === room) break;
		}
		return taken;
	} catch (error) {
		await Promise.all(taken.map(({ lock }) => lock.release()));
		throw error;
	}
}

/** Works on one batch, records what came of it, and gives its lock back; never throws for what concerns that batch alone. */
async function workOn(tools: Tools, taken: Taken, guard: Guarding, tally: Tally): Promise<void> {
	const { worker, tell, signal } = tools;
	const { batch, lock } = taken;
	try {
		signal.throwIfAborted();
		guard.lost.throwIfAborted();
		tell({ event: "started", batch: batch.id });
		const report = await worker.work(batch, guard, lock.token, signal);
		if (report.preservable) await record(tools, taken, report);
		if (report.outcome === "Success") tally.succeeded += 1;
		else tally.failed.push(batch.id);
		tell({ event: "worked", batch: batch.id, ...summary(report) });
	} catch (error) {
		tally.abandoned.push(error);
		tell({ event: "abandoned", batch: batch.id, why: messageOf(error) });
	} finally {
		await lock.release();
	}
}

function summary({ outcome, failures, failures_left_out = 0, duration_ms, preservable }: Report) {
	const [first] = failures;
	const reason = first === undefined ? {} : { reason: `${first.type}: ${first.description}` };
	return { outcome, failures: failures.length + failures_left_out, ...reason, duration_ms, recorded: preservable };
}

function conclude({ failed, abandoned, succeeded }: Tally): void {
	const unforeseen = abandoned.find((error) => !isFault(error));
	if (unforeseen !== undefined) throw unforeseen;
	for (const kind of GRAVEST) {
		const found = abandoned.find((error) => isFault(error, kind));
		if (found !== undefined) throw found;
	}
	if (abandoned.length > 0) throw abandoned[0];
	if (failed.length === 0) return;
	const all = failed.length + succeeded;
	throw new Fault(
		"failed",
		`${failed.length} of ${all} batches failed: ${failed.slice(0, 10).join(", ")}${failed.length > 10 ? ", ..." : ""}`,
		{
			mend: "the events have the reports (`tangles batches show ID`); `tangles batches restart ID` lets the line run again from there",
		},
	);
}
