import type { Batch } from "../batches/batch.ts";
import { CopyOnWriteBatchStore } from "../batches/copy-on-write.ts";
import { readBatchId } from "../batches/id.ts";
import type { Stored } from "../batches/malformed.ts";
import type { IntakeStore } from "./ports.ts";

/** The batch collection for a dry run of the intake: what is written stays in memory, and is found there. */
export class CopyOnWriteIntakeStore extends CopyOnWriteBatchStore implements IntakeStore {
	readonly #from: IntakeStore;
	/** Ids of the batches that were added in memory. */
	readonly #added = new Set<string>();

	constructor(source: IntakeStore) {
		super(source);
		this.#from = source;
	}

	override async add(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		const isNew = await super.add(batch, signal);
		if (isNew) this.#added.add(batch.id);
		return isNew;
	}

	override async roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]> {
		const stored = await this.#from.roundTrips(batchId, signal);
		const ids = [...stored.map(({ id }) => id), ...this.#added].filter((id) => readBatchId(id)?.batchId === batchId);
		const found = await Promise.all([...new Set(ids)].map((id) => this.find(id, signal)));
		return found.filter((one) => one !== undefined);
	}

	/** Of what is stored: a run asks for it before it writes. */
	async withEvent(ids: readonly string[], type: string, signal?: AbortSignal): Promise<ReadonlySet<string>> {
		return await this.#from.withEvent(ids, type, signal);
	}
}
