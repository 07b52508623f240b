import type { Batch, Conditions } from "./batch.ts";
import { InMemoryBatchStore } from "./in-memory.ts";
import { isBatch, type Page, type Place, type Stored } from "./malformed.ts";
import type { StationStore } from "./ports.ts";

/**
 * A batch collection for dry runs: batches are read from `source`, and what is written stays in memory, where `find`
 * and the next `store` see it. Only written batches are kept in memory, because a line may be longer than that has room
 * for. `ready` gives the batches as `source` has them: a run asks for each page once, before it writes to a batch of
 * that page.
 */
export class CopyOnWriteBatchStore implements StationStore {
	readonly name: string;
	readonly #source: StationStore;
	readonly #written = new InMemoryBatchStore({ maxBytes: Number.POSITIVE_INFINITY });

	constructor(source: StationStore) {
		this.#source = source;
		this.name = source.name;
	}

	async ready(conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Page> {
		return await this.#source.ready(conditions, limit, after, signal);
	}

	async find(id: string, signal?: AbortSignal): Promise<Stored | undefined> {
		return (await this.#written.find(id, signal)) ?? (await this.#source.find(id, signal));
	}

	async add(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		const isTaken = (await this.#source.find(batch.id, signal)) !== undefined;
		return !isTaken && (await this.#written.add(batch, signal));
	}

	async roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]> {
		return await this.#source.roundTrips(batchId, signal);
	}

	async withOutgoing(component: string, signal?: AbortSignal): Promise<string[]> {
		return await this.#source.withOutgoing(component, signal);
	}

	room(batch: Batch): number {
		return this.#source.room(batch);
	}

	/** A dry run keeps none. */
	async keepReports(): Promise<void> {}

	async store(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		if ((await this.#written.find(batch.id, signal)) === undefined) {
			const stored = await this.#source.find(batch.id, signal);
			if (stored === undefined || !isBatch(stored)) return false;
			await this.#written.add(stored, signal);
		}
		return await this.#written.store(batch, signal);
	}
}
