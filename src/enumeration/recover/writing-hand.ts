import { noteBaseline, settleRound } from "../produce/counter-baseline.ts";
import type { Producer } from "../produce/producer.ts";
import { pushStencil } from "../produce/push-stencil.ts";
import type { PageCatalog } from "../stencils/catalog.ts";
import type { CollectionSnapshot, StencilSnapshot } from "../stencils/snapshot.ts";
import { atWork, stencilFrom } from "./checks-stencil.ts";
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
	#settled = false;

	constructor(producer: Producer, repair: StencilRepair) {
		this.#producer = producer;
		this.#repair = repair;
	}

	async look(): Promise<CollectionSnapshot> {
		return await this.#producer.store.seen();
	}

	async begin(raise: readonly Finding[], leave: readonly unknown[]): Promise<void> {
		await this.#ensureHeld();
		for (const finding of raise) {
			if (finding.mend.do === "raise-epoch") await this.#repair.raiseEpoch(finding.mend.to);
			this.#emit(finding);
		}
		this.#epoch = await this.#producer.store.takeOver(leave);
	}

	async mend(finding: Finding, seen: CollectionSnapshot): Promise<void> {
		await this.#ensureHeld();
		if (finding.mend.do === "reopen") await this.#producer.store.reopenTcn(finding.mend);
		else await mendStored(this.#repair, this.#epoch, finding, seen);
		this.#emit(finding);
	}

	async beginRestart(tcn: number): Promise<void> {
		await this.#ensureHeld();
		await this.#repair.beginRestart(this.#epoch, tcn);
	}

	async push(seen: StencilSnapshot, catalog: PageCatalog, completedTcn: number): Promise<void> {
		const stencil = stencilFrom(seen);
		if (stencil === undefined) throw new Error(`${seen.name} was to be pushed, but is no stencil`);
		const tcn = completedTcn + 1;
		await this.#settle();
		await noteBaseline(this.#producer, await this.#producer.store.enumeration(), tcn);
		await pushStencil(this.#producer, catalog, stencil, tcn, () => {});
	}

	/** Before the first job: what an interrupted run pushed without counting it is counted. */
	async #settle(): Promise<void> {
		if (this.#settled) return;
		const { store } = this.#producer;
		// What counts as complete and is not is `produce`'s to open again: `check` lets nothing be pushed beside it.
		const { stencils } = await store.seen();
		await settleRound(this.#producer, await store.enumeration(), atWork(stencils), { acceptIncomplete: false });
		this.#settled = true;
	}

	async #ensureHeld(): Promise<void> {
		this.#producer.signal.throwIfAborted();
		await this.#producer.ensureHeld();
	}

	#emit({ kind, document, mend }: Finding): void {
		this.#producer.log.info(`${document}: ${wordsOf(mend)}`, { finding: kind });
	}
}
