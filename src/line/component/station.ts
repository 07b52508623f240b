import pMap from "p-map";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { combineLocks } from "../../locks/combine-locks.ts";
import type { LockHandle } from "../../locks/guard.ts";
import { type PassedOver, passedOverFault, someOf } from "./passed-over.ts";
import type { TakenBatch, Tools } from "./ports.ts";
import { record } from "./record.ts";
import type { WorkReport } from "./report.ts";
import { takeReady } from "./take.ts";

/** What a run has done. */
class Tally {
	succeeded = 0;
	readonly failed: string[] = [];
	/** Why nothing was recorded, for each batch that was given up. */
	readonly abandoned: unknown[] = [];
	readonly passedOver: PassedOver[] = [];
}

/** Which of several reasons a run that was not finished ends with; the first kind here that is among them. */
const GRAVEST = ["interrupt", "terminate", "lost", "refused", "data", "unreachable"] as const;

/**
 * One run of a component. Procedure 2 takes as many batches as its queue has room for, works on `maxThreads` of them at a
 * time, and holds the lock for looking all along: one instance at a time. Procedure 1 takes one batch and lets the next
 * instance look while it works. Throws a Fault "failed" where a batch failed, and what kept one from being recorded.
 */
export async function runStation(tools: Tools, procedure: 1 | 2): Promise<void> {
	const { component, emit, sboiLock } = tools;
	emit({ event: "looking", component: component.name, procedure });
	const tally = new Tally();
	const room = procedure === 1 ? 1 : component.queueLength;
	try {
		const taken = await take(tools, room, tally);
		if (procedure === 1) await sboiLock.release();
		const guard = (lock: LockHandle) => (procedure === 1 ? lock : combineLocks(sboiLock, lock));
		await pMap(taken, (one) => workOn(tools, one, guard(one.lock), tally), { concurrency: component.maxThreads });
	} finally {
		const { succeeded, failed, abandoned, passedOver } = tally;
		const sums = { succeeded, failed: failed.length, abandoned: abandoned.length, passed_over: passedOver.length };
		emit({ event: "stopped", component: component.name, ...sums });
	}
	conclude(tally);
}

async function take(tools: Tools, room: number, { passedOver }: Tally): Promise<TakenBatch[]> {
	const taken: TakenBatch[] = [];
	try {
		for await (const step of takeReady(tools)) {
			if (!("fault" in step)) {
				if (taken.push(step) === room) break;
				continue;
			}
			const { batch, fault } = step;
			passedOver.push(step);
			const hint = fault.hint === undefined ? {} : { hint: fault.hint };
			tools.emit({ event: "passed-over", batch, why: fault.message, ...hint });
		}
		return taken;
	} catch (error) {
		await Promise.all(taken.map(({ lock }) => lock.release()));
		throw error;
	}
}

/** Works on one batch, records what came of it, and gives its lock back; never throws for what concerns that batch alone. */
async function workOn(tools: Tools, taken: TakenBatch, guard: LockHandle, tally: Tally): Promise<void> {
	const { worker, emit, signal } = tools;
	const { batch, lock } = taken;
	try {
		signal.throwIfAborted();
		guard.lost.throwIfAborted();
		emit({ event: "started", batch: batch.id });
		const report = await worker.work(batch, guard, lock.token, signal);
		if (report.preservable) await record(tools, taken, report);
		if (report.outcome === "Success") tally.succeeded += 1;
		else tally.failed.push(batch.id);
		emit({ event: "worked", batch: batch.id, ...summary(report) });
	} catch (error) {
		tally.abandoned.push(error);
		emit({ event: "abandoned", batch: batch.id, why: messageOf(error) });
	} finally {
		await lock.release();
	}
}

function summary({ outcome, failures, failures_left_out = 0, duration_ms, preservable }: WorkReport) {
	const [first] = failures;
	const reason = first === undefined ? {} : { reason: `${first.type}: ${first.description}` };
	return { outcome, failures: failures.length + failures_left_out, ...reason, duration_ms, recorded: preservable };
}

function conclude({ failed, abandoned, succeeded, passedOver }: Tally): void {
	const unforeseen = abandoned.find((error) => !isFault(error));
	if (unforeseen !== undefined) throw unforeseen;
	const passed = passedOver.length === 0 ? [] : [passedOverFault(passedOver)];
	for (const kind of GRAVEST) {
		const found = [...abandoned, ...passed].find((error) => isFault(error, kind));
		if (found !== undefined) throw found;
	}
	if (abandoned.length > 0) throw abandoned[0];
	if (failed.length === 0) {
		if (passed.length > 0) throw passed[0];
		return;
	}
	const all = failed.length + succeeded;
	throw new Fault(
		"failed",
		`${failed.length} of ${all} batches failed: ${someOf(failed)}${passed.length > 0 ? `; ${passed[0]?.message}` : ""}`,
		{
			hint: "the events have the reports (`tangles batches show ID`); `tangles batches restart ID` lets the line run again from there",
		},
	);
}
