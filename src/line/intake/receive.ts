import { Fault, isFault } from "../../base/fault.ts";
import { type BatchId, readBatchId } from "../batches/id.ts";
import { type AdmitTools, admit, type ReceivedBatch } from "./admit.ts";
import { type InspectTools, inspectDelivery } from "./inspect-delivery.ts";
import type { FolderEntry } from "./ports.ts";

/** Ids that one question to the database names. */
const CHUNK = 500;
const MOST_NAMED = 10;
const NOT_AN_ID = "its name is no batch's full id; expected B<batch id>-RT<round trip>, such as B400022028241-RT1";
/** What stands in the place of bytes that are no UTF-8. */
const REPLACEMENT = "\u{fffd}";

/** What was found in the folder of deliveries and left as it is. */
export interface LeftEntry {
	readonly name: string;
	readonly why: string;
	/** False where it is only not ready yet: nobody has to do anything. */
	readonly failed: boolean;
}

/** What one run did. */
export interface IntakeResult {
	/** The folder of deliveries. */
	readonly dir: string;
	/** Deliveries that an earlier run has recorded. */
	readonly known: number;
	/** Folders without the trigger file. */
	readonly waiting: number;
	readonly received: readonly ReceivedBatch[];
	readonly left: readonly LeftEntry[];
}

/** What a run emits as it goes on. */
export type IntakeEvent =
	| ({ readonly event: "received" } & ReceivedBatch)
	| ({ readonly event: "left"; readonly hint?: string } & LeftEntry);

/** What a run works with. A dry run has a store that keeps its writes in memory. */
export interface IntakeTools extends AdmitTools, InspectTools {
	readonly emit: (event: IntakeEvent) => void;
}

/** A round trip's folder. */
interface Delivery extends BatchId {
	readonly kind: FolderEntry["kind"];
}

/**
 * One run of the intake: each delivery that is whole, at rest and not recorded yet becomes a batch, or an event of one,
 * older round trips of a batch first. What is wrong with one stops no other. Throws a Fault, of the kind "data" where
 * there is a malformed document among the reasons, else "failed", where something was left that needs a person; and
 * what ends a run: "lost", "unreachable", "refused", the signal's reason.
 */
export async function receiveDeliveries(tools: IntakeTools, done: (result: IntakeResult) => void): Promise<void> {
	const run = new IntakeRun(tools);
	const entries = await tools.deliveries.entries();
	try {
		await run.takeIn(run.named(entries));
	} finally {
		done({
			dir: tools.deliveries.name,
			known: run.known,
			waiting: run.waiting,
			received: run.received,
			left: run.left,
		});
	}
	run.conclude(entries.length);
}

class IntakeRun {
	known = 0;
	waiting = 0;
	readonly received: ReceivedBatch[] = [];
	readonly left: LeftEntry[] = [];
	#malformed = false;
	readonly #tools: IntakeTools;

	constructor(tools: IntakeTools) {
		this.#tools = tools;
	}

	/** The entries whose name is a full id, in the order of batches and round trips; all others are left. */
	named(entries: readonly FolderEntry[]): Delivery[] {
		const found: Delivery[] = [];
		for (const { name, kind } of entries) {
			const id = readBatchId(name);
			if (name.includes(REPLACEMENT)) this.#leave(name, "its name is not UTF-8: no batch can be called so");
			else if (id === undefined) this.#leave(name, NOT_AN_ID);
			else found.push({ ...id, kind });
		}
		const order = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
		return found.toSorted((a, b) => order(a.batchId, b.batchId) || a.roundTrip - b.roundTrip);
	}

	async takeIn(deliveries: readonly Delivery[]): Promise<void> {
		const { store, types, signal } = this.#tools;
		for (let at = 0; at < deliveries.length; at += CHUNK) {
			const chunk = deliveries.slice(at, at + CHUNK);
			const known = await store.withEvent(
				chunk.map(({ id }) => id),
				types.received,
				signal,
			);
			for (const delivery of chunk) {
				signal.throwIfAborted();
				if (known.has(delivery.id)) this.known += 1;
				else await this.#one(delivery);
			}
		}
	}

	/** What is wrong with one delivery is its own trouble; what ends the run is thrown. */
	async #one(delivery: Delivery): Promise<void> {
		try {
			await this.#receive(delivery);
		} catch (error) {
			if (!isFault(error, "data", "failed")) throw error;
			if (error.kind === "data") this.#malformed = true;
			this.#leave(delivery.id, error.message, error.hint);
		}
	}

	async #receive({ id, kind, ...rest }: Delivery): Promise<void> {
		const { deliveries, trigger, emit } = this.#tools;
		if (kind === "link out") return this.#leave(id, `it is a link that leads out of ${deliveries.name}, or nowhere`);
		if (kind === "file") return this.#leave(id, "it is a file; expected a folder");
		if (!(await deliveries.has(id, trigger))) {
			this.waiting += 1;
			return;
		}
		const found = await inspectDelivery(this.#tools, id);
		if ("why" in found) {
			this.left.push({ name: id, ...found });
			emit({ event: "left", name: id, ...found });
			return;
		}
		const received = await admit(this.#tools, { id, ...rest }, found.said);
		if (received === undefined) {
			this.known += 1;
			return;
		}
		this.received.push(received);
		emit({ event: "received", ...received });
	}

	#leave(name: string, why: string, hint?: string): void {
		const left = { name, why, failed: true };
		this.left.push(left);
		this.#tools.emit({ event: "left", ...left, ...(hint === undefined ? {} : { hint }) });
	}

	/** Throws where something was left that needs a person; `all` is how many entries there were. */
	conclude(all: number): void {
		const failed = this.left.filter((left) => left.failed).map(({ name }) => name);
		if (failed.length === 0) return;
		const named = `${failed.slice(0, MOST_NAMED).join(", ")}${failed.length > MOST_NAMED ? ", ..." : ""}`;
		const what = `${failed.length} of ${all} ${failed.length === 1 ? "was" : "were"} left as they are: ${named}`;
		throw new Fault(this.#malformed ? "data" : "failed", `${this.#tools.deliveries.name}: ${what}`, {
			hint: "the lines above say what is wrong with each; all others were dealt with",
		});
	}
}
