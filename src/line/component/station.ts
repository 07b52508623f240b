import pMap from "p-map";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { combineLocks } from "../../locks/combine-locks.ts";
import type { LockHandle } from "../../locks/guard.ts";
import { deliverOutgoing } from "./deliver.ts";
import { type PassedOver, passedOverFault, someOf } from "./passed-over.ts";
import type { Component, TakenBatch, Tools } from "./ports.ts";
import { record } from "./record.ts";
import type { WorkReport } from "./report.ts";
import { takeBatches } from "./take.ts";

/** What a run has done so far. */
class Tally {
	succeeded = 0;
	readonly failed: string[] = [];
	/** Why nothing was recorded, for each batch that was given up. */
	readonly abandoned: unknown[] = [];
	readonly passedOver: PassedOver[] = [];
	/** Why events for other round trips are not recorded there yet. */
	readonly notSent: unknown[] = [];
}

/** A run with several reasons to fail ends with the first kind of this list that is among them. */
const GRAVEST = ["interrupt", "terminate", "lost", "refused", "data", "unreachable"] as const;

/**
 * How to take batches: procedure 1 takes one and lets other instances run beside it, procedure 2 takes a queue of them.
 */
export type Procedure = 1 | 2;

/** How many batches a run takes at most. */
export function mostTaken({ queueLength }: Pick<Component, "queueLength">, procedure: Procedure): number {
	return procedure === 1 ? 1 : queueLength;
}

/**
 * One run of a component. Procedure 2 takes as many batches as its queue has room for, works on `maxThreads` of them at
 * a time, and holds the component's lock all along: one instance at a time. Procedure 1 takes one batch and releases
 * the component's lock while it works on it, so that the next instance can take another. Throws a Fault "failed" where
 * a batch failed, and the gravest reason why a batch was abandoned or passed over.
 */
export async function runStation(tools: Tools, procedure: Procedure): Promise<void> {
	const { component, emit, sboiLock } = tools;
	emit({ event: "looking", component: component.name, procedure });
	const tally = new Tally();
	try {
		tally.notSent.push(...(await deliverOutgoing(tools)));
		const taken = await takeBatches(tools, mostTaken(component, procedure), tally.passedOver);
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

/**
 * Works on one batch, records the outcome, and releases its lock. Why a batch is abandoned goes into `tally`: nothing
 * is thrown.
 */
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
		if (report.preservable && report.events !== undefined) await send(tools, batch.id, tally);
	} catch (error) {
		tally.abandoned.push(error);
		emit({ event: "abandoned", batch: batch.id, why: messageOf(error) });
	} finally {
		await lock.release();
	}
}

/** Records the events for other round trips. The outcome is recorded: the next run does what does not succeed here. */
async function send(tools: Tools, id: string, tally: Tally): Promise<void> {
	try {
		tally.notSent.push(...(await deliverOutgoing(tools, id)));
	} catch (error) {
		tally.notSent.push(error);
		tools.emit({ event: "not-sent", batch: id, to: "", type: "", why: messageOf(error) });
	}
}

function summary({ outcome, failures, failures_left_out = 0, duration_ms, preservable }: WorkReport) {
	const [first] = failures;
	const reason = first === undefined ? {} : { reason: `${first.type}: ${first.description}` };
	return { outcome, failures: failures.length + failures_left_out, ...reason, duration_ms, recorded: preservable };
}

function conclude({ failed, abandoned, succeeded, passedOver, notSent }: Tally): void {
	const unforeseen = [...abandoned, ...notSent].find((error) => !isFault(error));
	if (unforeseen !== undefined) throw unforeseen;
	const passed = passedOver.length === 0 ? [] : [passedOverFault(passedOver)];
	for (const kind of GRAVEST) {
		const found = [...abandoned, ...passed, ...notSent].find((error) => isFault(error, kind));
		if (found !== undefined) throw found;
	}
	const [other] = [...abandoned, ...notSent];
	if (other !== undefined) throw other;
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
