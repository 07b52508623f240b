import type { Producer } from "../produce/producer.ts";
import { pushStencil } from "../produce/push-stencil.ts";
import { noteRound } from "../produce/round.ts";
import type { PageCatalog } from "../stencils/catalog.ts";
import type { SeenCollection, SeenStencil } from "../stencils/seen.ts";
import { stencilFrom } from "./checks-pages.ts";
import { type Finding, wordsOf } from "./findings.ts";
import { mendStored } from "./mend.ts";
import type { Hand } from "./recover.ts";
import type { StencilRepair } from "./repair.ts";

/** Changes the collection, and pushes, as a producer that has taken over; tells each step as it is done. */
export class WritingHand implements Hand {
	readonly dry = false;
	readonly #producer: Producer;
	readonly #repair: StencilRepair;
	#epoch = 0;

	constructor(producer: Producer, repair: StencilRepair) {
		this.#producer = producer;
		this.#repair = repair;
	}

	async look(): Promise<SeenCollection> {
		return await this.#producer.store.seen();
	}

	async begin(raise: readonly Finding[], leave: readonly unknown[]): Promise<void> {
		await this.#assured();
		for (const finding of raise) {
			if (finding.mend.do === "raise-epoch") await this.#repair.raiseEpoch(finding.mend.to);
			this.#tell(finding);
		}
		this.#epoch = await this.#producer.store.takeOver(leave);
	}

	async mend(finding: Finding, seen: SeenCollection): Promise<void> {
		await this.#assured();
		await mendStored(this.#repair, this.#epoch, finding, seen);
		this.#tell(finding);
	}

	async beginRestart(tcn: number): Promise<void> {
		await this.#assured();
		await this.#repair.beginRestart(this.#epoch, tcn);
	}

	async push(seen: SeenStencil, catalog: PageCatalog, completedTcn: number): Promise<void> {
		const stencil = stencilFrom(seen);
		if (stencil === undefined) throw new Error(`${seen.name} was to be pushed, but is no stencil`);
		const tcn = completedTcn + 1;
		await noteRound(this.#producer, await this.#producer.store.enumeration(), tcn);
		await pushStencil(this.#producer, catalog, stencil, tcn, () => {});
	}

	async #assured(): Promise<void> {
		this.#producer.signal.throwIfAborted();
		await this.#producer.assured();
	}

	#tell({ kind, document, mend }: Finding): void {
		this.#producer.log.info(`${document}: ${wordsOf(mend)}`, { finding: kind });
	}
}
