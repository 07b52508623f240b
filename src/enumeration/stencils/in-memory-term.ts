import { Fault } from "../../base/fault.ts";
import type { DrainedTcn } from "./complete.ts";
import type { MemoryCollection } from "./in-memory.ts";
import type { CounterBaseline, Enumeration, Id, Stencil } from "./ports.ts";
import { STATE } from "./ports.ts";
import type { ConfigSnapshot, StencilSnapshot } from "./snapshot.ts";
import { type StencilPair, stencilIdOf } from "./stencils.ts";
import type { ProducerTerm, Reopening, StencilRepair, StencilUpdate } from "./term.ts";

interface MemoryTermParts {
	readonly collection: MemoryCollection;
	readonly epoch: number;
	/** Keys of stencils that no write touches unless it names them. */
	readonly leave: readonly unknown[];
	readonly beforeWrite: () => void;
}

const BACK_TO_NEW = { state: STATE.new, cursor: undefined, progress: undefined, resting: false };

/** A term on a collection in memory. */
export class MemoryTerm implements ProducerTerm {
	readonly epoch: number;
	readonly #collection: MemoryCollection;
	readonly #leave: readonly unknown[];
	readonly #beforeWrite: () => void;

	constructor({ collection, epoch, leave, beforeWrite }: MemoryTermParts) {
		this.epoch = epoch;
		this.#collection = collection;
		this.#leave = leave;
		this.#beforeWrite = beforeWrite;
	}

	async enumeration(): Promise<Enumeration> {
		this.#assertOurs();
		return this.#collection.enumeration();
	}

	async claim(id: Id): Promise<Stencil | undefined> {
		const stencil = this.#sound(id, (epoch) => epoch <= this.epoch);
		if (stencil.state === STATE.complete) return undefined;
		this.#change(id, { state: STATE.started, epoch: this.epoch, resting: false });
		return this.#sound(id, () => true);
	}

	async update(id: Id, { cursor, ...rest }: StencilUpdate): Promise<void> {
		this.#sound(id, (epoch) => epoch === this.epoch);
		this.#change(id, { ...rest, ...(cursor === undefined ? {} : { cursor: cursor ?? undefined }) });
	}

	async storeBaseline(baseline: CounterBaseline): Promise<void> {
		this.#configure({ baseline });
	}

	async dropBaseline(): Promise<void> {
		this.#configure({ baseline: undefined });
	}

	async completeTcn({ tcn }: DrainedTcn): Promise<void> {
		const { completedTcn } = await this.enumeration();
		if (completedTcn === tcn) return;
		if (completedTcn !== tcn - 1) throw this.#changed("the config document");
		this.#configure({ completedTcn: tcn, baseline: undefined });
	}

	async reopenTcn({ tcn, counters }: Reopening): Promise<void> {
		const drop = counters === "drop";
		const back = { ...BACK_TO_NEW, epoch: this.epoch };
		for (const [key, stencil] of this.#collection.stencils) {
			const { state, rootstockTcn, progress } = stencil;
			if (rootstockTcn === 0 || this.#leave.includes(stencil.key)) continue;
			const at = stencil.tcn ?? 0;
			const begun = at > tcn && state !== undefined && state !== STATE.new;
			const open = at === tcn && state !== undefined && state !== STATE.complete;
			if ((begun || (drop && open)) && this.#earlier(stencil)) this.#change(key, back);
			else if (begun) throw this.#overtaken(stencil.epoch ?? 0);
			else if (drop && progress !== undefined && progress.tcn >= tcn && this.#earlier(stencil)) {
				this.#change(key, { progress: undefined, epoch: this.epoch });
			}
		}
		const { baseline, completedTcn } = await this.enumeration();
		if (completedTcn < tcn) return;
		const gone = drop && baseline !== undefined && baseline.tcn >= tcn;
		this.#configure({ completedTcn: tcn - 1, ...(gone ? { baseline: undefined } : {}) });
	}

	async add(pair: StencilPair): Promise<void> {
		this.#assertOurs();
		this.#beforeWrite();
		this.#collection.add(pair, stencilIdOf(pair), this.epoch);
	}

	async remove(id: Id): Promise<void> {
		const stencil = this.#collection.stencils.get(id);
		if (stencil === undefined) return;
		if (!this.#earlier(stencil) || stencil.state !== STATE.new) throw this.#refused(id);
		this.#beforeWrite();
		this.#collection.stencils.delete(id);
	}

	async repair(id: Id, { state, drop }: StencilRepair): Promise<void> {
		const stencil = this.#collection.stencils.get(id);
		if (stencil === undefined || !this.#earlier(stencil)) throw this.#refused(id);
		const gone = Object.fromEntries(drop.map((field) => [field, undefined]));
		const renewed = state === undefined ? {} : { state };
		const rested = state === STATE.new ? { resting: false } : {};
		this.#change(id, { ...gone, ...renewed, ...rested, epoch: this.epoch });
	}

	async beginRestart(tcn: number): Promise<void> {
		const { baseline, restart: begun } = this.#collection.config ?? {};
		const restart = Math.min(tcn, begun ?? tcn);
		const kept = baseline !== undefined && baseline.tcn < restart ? baseline : undefined;
		this.#configure({ completedTcn: restart - 1, restart, baseline: kept });
	}

	async endRestart(): Promise<void> {
		this.#configure({ restart: undefined });
	}

	/** True where no later term has written it. */
	#earlier({ epoch }: StencilSnapshot): boolean {
		return epoch === undefined || epoch <= this.epoch;
	}

	#sound(id: Id, isOurs: (epoch: number) => boolean): Stencil {
		const found = this.#collection.stencils.get(id);
		if (found === undefined) throw new Fault("data", `${this.#collection.name}: stencil ${id} is gone`);
		const stencil = this.#collection.sound(found);
		if (!isOurs(stencil.epoch)) throw this.#refused(id);
		return stencil;
	}

	#change(key: Id | symbol, change: Partial<StencilSnapshot>): void {
		this.#beforeWrite();
		this.#collection.change(key, change);
	}

	#configure(change: Partial<ConfigSnapshot>): void {
		this.#assertOurs();
		this.#beforeWrite();
		this.#collection.configure(change);
	}

	#assertOurs(): void {
		const found = this.#collection.epoch();
		if (found !== this.epoch) throw this.#overtaken(found);
	}

	/** Why a write to a stencil did not match. */
	#refused(id: Id): Fault {
		const found = Math.max(this.#collection.epoch(), this.#collection.stencils.get(id)?.epoch ?? 0);
		return found > this.epoch ? this.#overtaken(found) : this.#changed(`stencil ${id}`);
	}

	#overtaken(epoch: number): Fault {
		const { name } = this.#collection;
		return new Fault("lost", `another producer has taken over ${name} (epoch ${epoch}, ours was ${this.epoch})`);
	}

	#changed(document: string): Fault {
		return new Fault("data", `${this.#collection.name}: ${document} was changed by somebody else meanwhile`);
	}
}
