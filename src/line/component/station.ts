import pMap from "p-map";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { combineLocks } from "../../locks/combine-locks.ts";
import type { LockHandle } from "../../locks/guard.ts";
import { deliverOutgoing } from "./deliver.ts";
import { giveBack } from "./give-back.ts";
import { type PassedOver, passedOverFault, someOf } from "./passed-over.ts";
import type { Component, TakenBatch, Tools } from "./ports.ts";
import { record } from "./record.ts";
import type { WorkReport } from "./report.ts";
import { RunOver, runOverFault } from "./run-limit.ts";
import { takeBatches } from "./take.ts";

/** What a run has done so far. */
class Tally {
	succeeded = 0;
	readonly failed: string[] = [];
	/** Why nothing was recorded, for each batch that was given up. */
	readonly abandoned: unknown[] = [];
	readonly passedOver: PassedOver[] = [];
	/** Why each batch went back untaken. */
	readonly returned: RunOver[] = [];
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
		const concurrency = component.maxThreads;
		// `pMap` begins with the first `concurrency` ones at once.
		const begins = (at: number) => (at < concurrency ? "with the run" : "behind another");
		await pMap(taken, (one, at) => workOn(tools, { ...one, guard: guard(one.lock), begins: begins(at) }, tally), {
			concurrency,
		});
	} finally {
		const { succeeded, failed, abandoned, passedOver, returned } = tally;
		const sums = { succeeded, failed: failed.length, abandoned: abandoned.length, returned: returned.length };
		emit({ event: "stopped", component: component.name, ...sums, passed_over: passedOver.length });
	}
	conclude(tally);
}

/** A batch whose work is next. */
interface NextBatch extends TakenBatch {
	/** What must be held while it is worked on. */
	readonly guard: LockHandle;
	readonly begins: "with the run" | "behind another";
}

/**
 * Works on one batch, records the outcome, and releases its lock. What becomes of it goes into `tally`: nothing is
 * thrown. Where the run's time is up the batch goes back.
 */
async function workOn(tools: Tools, taken: NextBatch, tally: Tally): Promise<void> {
	const { batch, lock } = taken;
	const abandon = (error: unknown) => {
		tally.abandoned.push(error);
		tools.emit({ event: "abandoned", batch: batch.id, why: messageOf(error) });
	};
	try {
		await workAndRecord(tools, taken, tally);
	} catch (error) {
		if (!(error instanceof RunOver)) abandon(error);
		else await giveBack(tools, taken, error).then(() => tally.returned.push(error), abandon);
	} finally {
		await lock.release();
	}
}

async function workAndRecord(tools: Tools, taken: NextBatch, tally: Tally): Promise<void> {
	const { component, worker, emit, signal, limit } = tools;
	const { batch, lock, guard, begins } = taken;
	signal.throwIfAborted();
	guard.lost.throwIfAborted();
	if (limit.isOver) throw new RunOver(batch.id, "before it was begun", limit.said);
	emit({ event: "started", batch: batch.id });
	const own = limit.limitFor(component.maxRuntimeMs, begins);
	const report = await worker.work({ batch, lock: guard, token: lock.token, limit: own, signal });
	if (report.preservable) await record(tools, taken, report);
	if (report.outcome === "Success") tally.succeeded += 1;
	else tally.failed.push(batch.id);
	emit({ event: "worked", batch: batch.id, ...summary(report) });
	if (report.preservable && report.events !== undefined) await send(tools, batch.id, tally);
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

function conclude({ failed, abandoned, succeeded, passedOver, returned, notSent }: Tally): void {
	const unforeseen = [...abandoned, ...notSent].find((error) => !isFault(error));
	if (unforeseen !== undefined) throw unforeseen;
	const passed = passedOver.length === 0 ? [] : [passedOverFault(passedOver)];
	for (const kind of GRAVEST) {
		const found = [...abandoned, ...passed, ...notSent].find((error) => isFault(error, kind));
		if (found !== undefined) throw found;
	}
	const [given] = [...abandoned, ...notSent];
	if (given !== undefined) throw given;
	const over = runOverFault(returned, succeeded + failed.length + abandoned.length);
	const others = [...(over === undefined ? [] : [over]), ...passed];
	const [first] = others;
	if (failed.length === 0) {
		if (first === undefined) return;
		throw others.length === 1 ? first : new Fault("failed", messagesOf(others), { hint: first.hint });
	}
	const all = failed.length + succeeded;
	throw new Fault(
		"failed",
		[`${failed.length} of ${all} batches failed: ${someOf(failed)}`, messagesOf(others)].filter(Boolean).join("; "),
		{
			hint: "the events have the reports (`tangles batches show ID`); `tangles batches restart ID` lets the line run again from there",
		},
	);
}

const messagesOf = (faults: readonly Fault[]) => faults.map(({ message }) => message).join("; ");
