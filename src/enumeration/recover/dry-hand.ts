import type { StencilStore } from "../stencils/ports.ts";
import type { CollectionSnapshot } from "../stencils/snapshot.ts";
import type { Finding } from "./findings.ts";
import { mendSeen } from "./mend.ts";
import type { Hand } from "./recover.ts";

/** Changes only what was seen, so that the rest of the run goes as it would. */
export class DryHand implements Hand {
	readonly dry = true;
	readonly #store: StencilStore;
	#seen: CollectionSnapshot | undefined;

	constructor(store: StencilStore) {
		this.#store = store;
	}

	async look(): Promise<CollectionSnapshot> {
		this.#seen ??= await this.#store.seen();
		return this.#seen;
	}

	async begin(raise: readonly Finding[]): Promise<void> {
		for (const finding of raise) await this.mend(finding);
	}

	async mend(finding: Finding): Promise<void> {
		this.#seen = mendSeen(await this.look(), finding);
	}

	async beginRestart(tcn: number): Promise<void> {
		const seen = await this.look();
		if (seen.config === undefined) return;
		const restart = Math.min(tcn, seen.config.restart ?? tcn);
		const { round } = seen.config;
		const kept = round !== undefined && round.tcn < restart ? round : undefined;
		const wrong = seen.config.wrong.filter(({ field }) => field !== "work");
		const config = { ...seen.config, completedTcn: restart - 1, restart, round: kept, wrong };
		this.#seen = { ...seen, config };
	}

	async push(): Promise<void> {}
}
