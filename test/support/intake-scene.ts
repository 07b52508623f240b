import { newestOf } from "../../src/line/batches/derive.ts";
import type { InMemoryBatchOptions } from "../../src/line/batches/in-memory.ts";
import { isBatch } from "../../src/line/batches/malformed.ts";
import { CopyOnWriteIntakeStore } from "../../src/line/intake/copy-on-write.ts";
import { InMemoryDeliveries, type InMemoryDelivery } from "../../src/line/intake/in-memory-deliveries.ts";
import { InMemoryIntakeStore } from "../../src/line/intake/in-memory-store.ts";
import type { DeliveryReader } from "../../src/line/intake/ports.ts";
import {
	type IntakeEvent,
	type IntakeResult,
	type IntakeTools,
	receiveDeliveries,
} from "../../src/line/intake/receive.ts";
import { batchFrom } from "./batch-reference.ts";

export const TRIGGER = "transfer_acknowledged";
const TYPES = { received: "Received", stop: "Stopped", approved: "Approved" };

interface IntakeOptions {
	readonly before?: InMemoryBatchOptions["before"];
	readonly beforeLook?: (call: keyof DeliveryReader, delivery: string) => void;
}

/** A folder of deliveries and a batch collection in memory, and runs of the intake on them. */
export class IntakeScene {
	readonly store: InMemoryIntakeStore;
	readonly deliveries: InMemoryDeliveries;
	events: IntakeEvent[] = [];

	constructor({ before, beforeLook }: IntakeOptions = {}) {
		this.store = new InMemoryIntakeStore(before === undefined ? {} : { before });
		this.deliveries = new InMemoryDeliveries(beforeLook);
	}

	/** Adds batches by what happened to each, such as `{ "B1-RT1": "Received+1 Approved+2" }`. */
	async stored(batches: Readonly<Record<string, string>>): Promise<void> {
		for (const [id, events] of Object.entries(batches)) {
			await this.store.add(batchFrom(id, { events: events.split(" ").filter((event) => event !== "") }));
		}
	}

	/** Puts whole deliveries of those names in the folder. */
	deliver(...names: readonly string[]): void {
		for (const name of names) this.put(name, {});
	}

	put(name: string, { files = {}, ...rest }: Partial<InMemoryDelivery>): void {
		this.deliveries.put(name, { ...rest, files: { [TRIGGER]: "", ...files } });
	}

	/** One run; rejects with what it ends with. */
	async run(more: Partial<IntakeTools> = {}): Promise<IntakeResult> {
		this.events = [];
		let result: IntakeResult | undefined;
		const tools: IntakeTools = {
			...{ store: this.store, deliveries: this.deliveries, types: TYPES, batchType: "paper", agent: "test" },
			...{ trigger: TRIGGER, list: undefined, settleMs: 60_000, now: Date.now, ensureHeld: async () => {} },
			emit: (event) => this.events.push(event),
			signal: new AbortController().signal,
			...more,
		};
		await receiveDeliveries(tools, (done) => {
			result = done;
		});
		if (result === undefined) throw new Error("the run did not say what it did");
		return result;
	}

	async dryRun(): Promise<IntakeResult> {
		return await this.run({ store: new CopyOnWriteIntakeStore(this.store) });
	}

	/** The names of those left, and why. */
	left(): Record<string, string> {
		return Object.fromEntries(this.events.flatMap((it) => (it.event === "left" ? [[it.name, it.why]] : [])));
	}

	/** What happened to each batch, in the form of `stored` without the times. */
	batches(): Record<string, string> {
		return Object.fromEntries(
			this.store
				.contents()
				.map((stored) => [
					stored.id,
					isBatch(stored)
						? stored.events.map(({ type, success }) => `${type}${success ? "+" : "-"}`).join(" ")
						: "malformed",
				]),
		);
	}

	/** Whether the newest event of that type succeeded. */
	async newest(id: string, type: string): Promise<boolean | undefined> {
		const stored = await this.store.find(id);
		return stored !== undefined && isBatch(stored) ? newestOf(stored.events).get(type)?.success : undefined;
	}
}
