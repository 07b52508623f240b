import type { Batch, Conditions } from "../batches/batch.ts";
import { unmet } from "../batches/conditions.ts";
import { type InMemoryBatchStore, placeOfStored } from "../batches/in-memory.ts";
import { isBatch, type Page, type Place, type Stored } from "../batches/malformed.ts";
import type { BatchStore } from "../batches/ports.ts";
import type { Readiness } from "./ports.ts";
import { type RegisteredStation, type Registry, readyFor } from "./station.ts";

const EVERY_BATCH: Conditions = { past: [], future: [], old: [], types: [] };

/** What a batch was derived for; it holds for that version alone, because other writers leave it as it is. */
interface Derived {
	readonly version: number | undefined;
	readonly registry: string;
	readonly generation: number;
	readonly keys: readonly string[];
}

/** What was derived of the batches of one store, for all that write to it. */
export type DerivedBatches = Map<string, Derived>;

const versionOf = (stored: Stored) => (isBatch(stored) ? stored.version : undefined);

/**
 * The batches in memory as they were derived for a registry. It and MongoDB pass the same contract,
 * `test/support/readiness-contract.ts`.
 */
export class InMemoryReadiness implements Readiness {
	readonly #store: InMemoryBatchStore;
	readonly #derived: DerivedBatches;
	readonly #registry: Registry;
	readonly #beforeWrite: () => void | Promise<void>;

	/** `beforeWrite` is awaited before a batch is derived anew; what it throws, the call throws. */
	constructor(
		store: InMemoryBatchStore,
		derived: DerivedBatches,
		registry: Registry,
		beforeWrite: () => void | Promise<void> = () => {},
	) {
		this.#store = store;
		this.#derived = derived;
		this.#registry = registry;
		this.#beforeWrite = beforeWrite;
	}

	/** The store as a writer has it that derives for this registry. */
	writer(): Omit<BatchStore, "ready" | "all" | "report"> {
		const store = this.#store;
		return {
			name: store.name,
			room: (batch) => store.room(batch),
			keepReports: (reports, signal) => store.keepReports(reports, signal),
			find: (id, signal) => store.find(id, signal),
			roundTrips: (batchId, signal) => store.roundTrips(batchId, signal),
			withOutgoing: (component, signal) => store.withOutgoing(component, signal),
			add: async (batch, signal) => (await store.add(batch, signal)) && this.#note(batch),
			store: async (batch, signal) =>
				(await store.store(batch, signal)) && this.#note({ ...batch, version: batch.version + 1 }),
		};
	}

	async deriveFor(since: number, signal?: AbortSignal): Promise<number> {
		const { batches } = await this.#store.ready(EVERY_BATCH, Number.POSITIVE_INFINITY, undefined, signal);
		let written = 0;
		for (const stored of batches) {
			if (this.#isDerivedFor(stored, since)) continue;
			await this.#derive(stored, signal);
			written += 1;
		}
		return written;
	}

	async offered(
		{ key, conditions }: Pick<RegisteredStation, "key" | "conditions">,
		limit: number,
		after?: Place,
		signal?: AbortSignal,
	): Promise<Page> {
		const all = await this.#store.ready(EVERY_BATCH, Number.POSITIVE_INFINITY, after, signal);
		const batches: Stored[] = [];
		for (const stored of all.batches) {
			if (batches.length === limit) break;
			if (this.#derived.get(stored.id)?.keys.includes(key) !== true) continue;
			if (!isBatch(stored) || unmet(stored, conditions).length === 0) batches.push(stored);
			else await this.#derive(stored, signal);
		}
		const last = batches.at(-1);
		return { batches, next: last !== undefined && batches.length === limit ? placeOfStored(last) : undefined };
	}

	#isDerivedFor(stored: Stored, since: number): boolean {
		const derived = this.#derived.get(stored.id);
		if (derived === undefined || derived.registry !== this.#registry.id || derived.generation < since) return false;
		return !isBatch(stored) || derived.version === stored.version;
	}

	async #derive(stored: Stored, signal: AbortSignal | undefined): Promise<void> {
		await this.#beforeWrite();
		const keys: string[] = [];
		for (const { key, conditions } of this.#registry.stations) {
			const { batches } = await this.#store.ready(conditions, Number.POSITIVE_INFINITY, undefined, signal);
			if (batches.some(({ id }) => id === stored.id)) keys.push(key);
		}
		const now = await this.#store.find(stored.id, signal);
		if (now === undefined || versionOf(now) !== versionOf(stored)) return;
		const { id: registry, generation } = this.#registry;
		this.#derived.set(stored.id, { version: versionOf(stored), registry, generation, keys });
	}

	#note(batch: Batch): true {
		const known = this.#derived.get(batch.id);
		const { id: registry, generation } = this.#registry;
		if (generation > 0 && (known?.version ?? -1) < batch.version) {
			this.#derived.set(batch.id, {
				version: batch.version,
				registry,
				generation,
				keys: readyFor(batch, this.#registry),
			});
		}
		return true;
	}
}
