import { type Fault, isFault } from "../../base/fault.ts";
import type { Held } from "../../locks/held.ts";
import { updateBatch } from "../batches/change.ts";
import { claimed } from "../batches/claim.ts";
import { type AheadTime, anchored, sayAhead, timesAhead } from "../batches/clocks.ts";
import { unmet } from "../batches/conditions.ts";
import { isBatch, type Place } from "../batches/malformed.ts";
import { relieved } from "../batches/reports.ts";
import type { PassedOver } from "./passed-over.ts";
import type { TakenBatch, TakeTools } from "./ports.ts";
import { noRoom } from "./room.ts";

/** What became of one batch that is ready: it is taken now, or passed over because something is wrong with it alone. */
type Step = TakenBatch | PassedOver;

/** The conditions that held when the batches were asked for hold no longer. */
class NotReady extends Error {}

/** Something is wrong with the batch, so that it must not be taken. */
class NotFit extends Error {
	readonly fault: Fault;

	constructor(fault: Fault) {
		super(fault.message);
		this.fault = fault;
	}
}

/**
 * Takes ready batches, oldest first, until `most` are taken, none is left, or the run's time is up, and emits what becomes of each. Adds to
 * `passedOver` what it passes over. The caller owns the batches that it gives and must release their locks; where it
 * throws, because the run was stopped, the component's lock was lost, or a server is away, it has released them itself.
 */
export async function takeBatches(tools: TakeTools, most: number, passedOver: PassedOver[]): Promise<TakenBatch[]> {
	const taken: TakenBatch[] = [];
	try {
		for await (const step of takeReady(tools)) {
			if (!("fault" in step)) {
				if (taken.push(step) === most) break;
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

/**
 * Goes through the ready batches, one at each step: locks it, reads it again under the lock, and raises its claim where
 * the conditions still hold. A batch that is locked elsewhere or no longer ready is emitted as `skipped`, which is no
 * step. A batch behind the last step that the caller asks for is not touched.
 */
async function* takeReady(tools: TakeTools): AsyncGenerator<Step, void> {
	const { component, store, emit, signal, sboiLock, limit } = tools;
	let after: Place | undefined;
	for (;;) {
		const page = await store.ready(component, component.pageSize, after, AbortSignal.any([signal, sboiLock.lost]));
		for (const stored of page.batches) {
			const { id } = stored;
			if (!isBatch(stored)) {
				yield { batch: id, fault: stored.fault() };
				continue;
			}
			signal.throwIfAborted();
			if (limit.isOver) return;
			await sboiLock.ensureHeld(signal);
			const lock = await tools.lockBatch(id);
			if ("heldBy" in lock) {
				emit({ event: "skipped", batch: id, why: lock.heldBy });
				continue;
			}
			if ("trouble" in lock) {
				yield { batch: id, fault: lock.trouble };
				continue;
			}
			const step = await claim(tools, id, lock);
			if (step !== undefined) yield step;
		}
		if (page.next === undefined) return;
		after = page.next;
	}
}

/**
 * Under the lock: the batch as it is now, claimed; undefined where it is no longer ready, or what is wrong with it: the
 * lock is then given back.
 */
async function claim({ component, store, emit, signal }: TakeTools, id: string, lock: Held): Promise<Step | undefined> {
	let ahead: readonly AheadTime[] = [];
	try {
		await lock.ensureHeld(signal);
		const check = (batch: Parameters<typeof claimed>[0]) => {
			const reasons = unmet(batch, component);
			if (reasons.length > 0) throw new NotReady(reasons.join("; "));
			const fault = noRoom(store, relieved(batch, (of) => store.room(of)).batch, component);
			if (fault !== undefined) throw new NotFit(fault);
			ahead = timesAhead(batch, new Date());
			return claimed(anchored(batch, new Date()), component.name);
		};
		const batch = await updateBatch(store, id, check, AbortSignal.any([signal, lock.lost]));
		for (const time of ahead) emit({ event: "clock", batch: id, why: sayAhead(time) });
		emit({ event: "taken", batch: id, claim: batch.claim, token: lock.token });
		return { batch, lock };
	} catch (error) {
		await lock.release();
		if (error instanceof NotFit) return { batch: id, fault: error.fault };
		if (isFault(error, "data")) return { batch: id, fault: error };
		if (!(error instanceof NotReady) && !isFault(error, "failed")) throw error;
		emit({ event: "skipped", batch: id, why: `no longer ready: ${error.message}` });
		return undefined;
	}
}
