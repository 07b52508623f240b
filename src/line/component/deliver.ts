import { type Fault, isFault } from "../../base/fault.ts";
import { requireBatch, updateBatch } from "../batches/change.ts";
import { receiving, withoutOutgoing } from "../batches/outgoing.ts";
import type { TakeTools } from "./ports.ts";

type DeliverTools = Pick<TakeTools, "component" | "store" | "emit" | "signal">;

/**
 * Records the component's outgoing events of a batch on the round trips that they are for, then takes them out of the
 * batch. It may be done by several at once, and again after it was killed anywhere: each event is recorded once. One
 * that cannot be recorded stays, for the next run. Gives what kept any from being recorded; throws what ends the run.
 */
async function deliver({ component, store, emit, signal }: DeliverTools, id: string): Promise<Fault[]> {
	const { outbox = [] } = await requireBatch(store, id, signal);
	const done = new Set<string>();
	const faults: Fault[] = [];
	for (const outgoing of outbox.filter((each) => each.component === component.name)) {
		const { key, to, event } = outgoing;
		try {
			await updateBatch(store, to, (batch) => receiving(batch, outgoing), signal);
			done.add(key);
			emit({ event: "sent", batch: id, to, type: event.type, success: event.success });
		} catch (error) {
			if (!isFault(error, "failed") && !isFault(error, "data")) throw error;
			faults.push(error);
			const hint = error.hint === undefined ? {} : { hint: error.hint };
			emit({ event: "not-sent", batch: id, to, type: event.type, why: error.message, ...hint });
		}
	}
	await updateBatch(store, id, (batch) => withoutOutgoing(batch, done), signal);
	return faults;
}

/** Delivers what earlier runs of the component have left, and, where it is named, the outgoing events of that batch. */
export async function deliverOutgoing(tools: DeliverTools, id?: string): Promise<Fault[]> {
	const ids = id === undefined ? await tools.store.withOutgoing(tools.component.name, tools.signal) : [id];
	const faults: Fault[] = [];
	for (const each of ids) {
		try {
			faults.push(...(await deliver(tools, each)));
		} catch (error) {
			// Of this batch alone: it is gone or malformed, or others write to it all the time.
			if (!isFault(error, "failed") && !isFault(error, "data")) throw error;
			faults.push(error);
			tools.emit({ event: "not-sent", batch: each, to: "", type: "", why: error.message });
		}
	}
	return faults;
}
