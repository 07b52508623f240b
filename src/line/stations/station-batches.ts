import type { Batch, Conditions } from "../batches/batch.ts";
import type { Page, Place, Stored } from "../batches/malformed.ts";
import type { StationStore } from "../batches/ports.ts";
import type { KeptReport } from "../batches/reports.ts";
import type { Readiness } from "./ports.ts";
import type { RegisteredStation } from "./station.ts";

/**
 * The batches as a run of a registered station has them: `ready` gives what was derived for it, so that its cost
 * follows what is ready and not what there is. Before its first page, and once a run, it has derived what was not.
 */
export class StationBatches implements StationStore {
	readonly name: string;
	readonly #store: Omit<StationStore, "ready">;
	readonly #readiness: Readiness;
	readonly #station: RegisteredStation;
	#isDerived = false;

	constructor(store: Omit<StationStore, "ready">, readiness: Readiness, station: RegisteredStation) {
		this.name = store.name;
		this.#store = store;
		this.#readiness = readiness;
		this.#station = station;
	}

	/** The conditions are those of the station, in whatever order they name their types. */
	async ready(_conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Page> {
		if (!this.#isDerived) await this.#readiness.deriveFor(this.#station.since, signal);
		this.#isDerived = true;
		return await this.#readiness.offered(this.#station, limit, after, signal);
	}

	async find(id: string, signal?: AbortSignal): Promise<Stored | undefined> {
		return await this.#store.find(id, signal);
	}

	async roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]> {
		return await this.#store.roundTrips(batchId, signal);
	}

	async withOutgoing(component: string, signal?: AbortSignal): Promise<string[]> {
		return await this.#store.withOutgoing(component, signal);
	}

	async keepReports(reports: readonly KeptReport[], signal?: AbortSignal): Promise<void> {
		await this.#store.keepReports(reports, signal);
	}

	room(batch: Batch): number {
		return this.#store.room(batch);
	}

	async store(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		return await this.#store.store(batch, signal);
	}
}
