import { Fault } from "../../base/fault.ts";
import type { StencilChange, StencilRepair } from "../recover/repair.ts";
import type { DrainedTcn } from "./complete.ts";
import type { CounterBaseline, Enumeration, Id, Reopening, Stencil, StencilStore, StencilUpdate } from "./ports.ts";
import { STATE } from "./ports.ts";
import type { CollectionSnapshot } from "./snapshot.ts";
import { type StencilPair, stencilIdOf } from "./stencils.ts";

type Config = Enumeration & { readonly restart?: number | undefined };
type Stored = Stencil & { readonly epoch: number };

/** A stencil collection in memory: what the database is to the producers that share it. */
export class MemoryCollection {
	config: Config;
	readonly stencils = new Map<Id, Stored>();

	constructor(maxTcn: number, pairs: readonly StencilPair[]) {
		this.config = { completedTcn: 1, maxTcn, epoch: 0, round: undefined };
		for (const pair of pairs) this.add(pair, stencilIdOf(pair), 0);
	}

	/** Adds a new stencil where there is none of that id. */
	add({ rootstockTcn, scionTcn }: StencilPair, id: Id, epoch: number): void {
		const numbers = { rootstockTcn, scionTcn, tcn: rootstockTcn + scionTcn };
		const fresh = { state: STATE.new, cursor: undefined, progress: undefined, resting: false };
		if (!this.stencils.has(id)) this.stencils.set(id, { id, ...numbers, ...fresh, epoch });
	}

	change(id: Id, change: Partial<Stored>): void {
		const stencil = this.stencils.get(id);
		if (stencil !== undefined) this.stencils.set(id, { ...stencil, ...change });
	}
}

const overtaken = () => new Fault("lost", "another producer has taken over");
const changed = () => new Fault("data", "the document was changed by somebody else meanwhile");

/**
 * One producer's store and repair on a collection in memory, under the conditions that the database's writes have.
 * `beforeWrite` is called before each single write, and ends the run there where it throws.
 */
export class MemoryStencils implements StencilStore, StencilRepair {
	readonly name = "memory.stencils";
	readonly #collection: MemoryCollection;
	readonly #beforeWrite: () => void;
	#epoch = 0;
	#leave: readonly unknown[] = [];

	constructor(collection: MemoryCollection, beforeWrite: () => void = () => {}) {
		this.#collection = collection;
		this.#beforeWrite = beforeWrite;
	}

	async enumeration(): Promise<Enumeration> {
		if (this.#epoch !== 0 && this.#collection.config.epoch !== this.#epoch) throw overtaken();
		return this.#collection.config;
	}

	async seen(): Promise<CollectionSnapshot> {
		const read = { wrong: [], more: false };
		const stencils = [...this.#collection.stencils.values()].map((stencil) => ({
			...stencil,
			...{ ...read, key: stencil.id, name: stencil.id },
		}));
		return { config: { restart: undefined, ...this.#collection.config, wrong: [] }, stencils, foreign: [] };
	}

	async takeOver(leave: readonly unknown[] = []): Promise<number> {
		this.#configure({ epoch: this.#collection.config.epoch + 1 });
		this.#epoch = this.#collection.config.epoch;
		this.#leave = leave;
		for (const { id, state } of this.#others()) {
			if (state !== STATE.complete) this.#change(id, { epoch: this.#epoch });
		}
		return this.#epoch;
	}

	async stencils(): Promise<Stencil[]> {
		return [...this.#collection.stencils.values()].toSorted((a, b) => a.tcn - b.tcn || a.rootstockTcn - b.rootstockTcn);
	}

	async claim(id: Id): Promise<Stencil | undefined> {
		const stencil = this.#ours(id, (epoch) => epoch <= this.#epoch);
		if (stencil.state === STATE.complete) return undefined;
		this.#change(id, { state: STATE.started, epoch: this.#epoch, resting: false });
		return this.#collection.stencils.get(id);
	}

	async update(id: Id, { cursor, ...rest }: StencilUpdate): Promise<void> {
		this.#ours(id, (epoch) => epoch === this.#epoch);
		this.#change(id, { ...rest, ...(cursor === undefined ? {} : { cursor: cursor ?? undefined }) });
	}

	async storeBaseline(round: CounterBaseline): Promise<void> {
		this.#configureOurs({ round });
	}

	async dropRound(): Promise<void> {
		this.#configureOurs({ round: undefined });
	}

	async completeTcn({ tcn }: DrainedTcn): Promise<void> {
		if (this.#collection.config.completedTcn !== tcn - 1) throw changed();
		this.#configureOurs({ completedTcn: tcn, round: undefined });
	}

	async reopenTcn({ tcn, counters }: Reopening): Promise<void> {
		const gone = { cursor: undefined, progress: undefined, resting: false };
		const back = { ...gone, state: STATE.new, epoch: this.#epoch };
		const drop = counters === "drop";
		for (const stencil of this.#others()) {
			if (stencil.tcn > tcn && stencil.state !== STATE.new) this.#change(stencil.id, back);
			else if (drop && stencil.tcn === tcn && stencil.state !== STATE.complete) this.#change(stencil.id, back);
			else if (drop && (stencil.progress?.round ?? 0) >= tcn) this.#change(stencil.id, { progress: undefined });
		}
		const { round } = this.#collection.config;
		const forget = drop && round !== undefined && round.tcn >= tcn;
		this.#configureOurs({ completedTcn: tcn - 1, ...(forget ? { round: undefined } : {}) });
	}

	async raiseEpoch(epoch: number): Promise<void> {
		this.#configure({ epoch: Math.max(epoch, this.#collection.config.epoch) });
	}

	async add(epoch: number, pair: StencilPair): Promise<void> {
		this.#beforeWrite();
		this.#collection.add(pair, stencilIdOf(pair), epoch);
	}

	async remove(_: number, id: Id): Promise<void> {
		this.#beforeWrite();
		this.#collection.stencils.delete(id);
	}

	async change(epoch: number, id: Id, { state, drop }: StencilChange): Promise<void> {
		const gone = Object.fromEntries(drop.map((field) => [field, undefined]));
		this.#change(id, { ...gone, ...(state === undefined ? {} : { state, resting: false }), epoch });
	}

	async dropCounters(): Promise<void> {
		this.#configureOurs({ round: undefined });
	}

	async beginRestart(_: number, tcn: number): Promise<void> {
		const { round, restart: begun } = this.#collection.config;
		const restart = Math.min(tcn, begun ?? tcn);
		const kept = round !== undefined && round.tcn < restart ? round : undefined;
		this.#configureOurs({ completedTcn: restart - 1, restart, round: kept });
	}

	async endRestart(): Promise<void> {
		this.#configureOurs({ restart: undefined });
	}

	#others(): Stored[] {
		return [...this.#collection.stencils.values()].filter(({ id }) => !this.#leave.includes(id));
	}

	#ours(id: Id, isOurs: (epoch: number) => boolean): Stencil {
		const stencil = this.#collection.stencils.get(id);
		if (stencil === undefined) throw new Fault("data", `stencil ${id} is gone`);
		if (!isOurs(stencil.epoch)) throw overtaken();
		return stencil;
	}

	#change(id: Id, change: Partial<Stored>): void {
		this.#beforeWrite();
		this.#collection.change(id, change);
	}

	#configureOurs(change: Partial<Config>): void {
		if (this.#collection.config.epoch !== this.#epoch) throw overtaken();
		this.#configure(change);
	}

	#configure(change: Partial<Config>): void {
		this.#beforeWrite();
		this.#collection.config = { ...this.#collection.config, ...change };
	}
}
