import { Fault } from "../../base/fault.ts";
import { MemoryTerm } from "./in-memory-term.ts";
import type { Enumeration, Id, Stencil } from "./ports.ts";
import { STATE } from "./ports.ts";
import {
	type CollectionSnapshot,
	type ConfigSnapshot,
	numbersOf,
	type StencilSnapshot,
	stencilFrom,
} from "./snapshot.ts";
import { type StencilPair, stencilIdOf } from "./stencils.ts";
import type { ProducerTerm, StencilStore, TakeOver } from "./term.ts";

/**
 * A stencil collection in memory: what the database is to the producers that share it. It can hold every document that
 * a snapshot can, damaged ones too.
 */
export class MemoryCollection {
	readonly name: string;
	config: ConfigSnapshot | undefined;
	/** Stencils by id; one whose `_id` is no ObjectId has a key of its own, which no write names. */
	readonly stencils = new Map<Id | symbol, StencilSnapshot>();
	readonly #foreign: CollectionSnapshot["foreign"];

	constructor({ config, stencils, foreign }: CollectionSnapshot, name = "memory.stencils") {
		this.name = name;
		this.config = config;
		this.#foreign = foreign;
		for (const stencil of stencils) this.stencils.set(stencil.id ?? Symbol(), stencil);
	}

	/** As `tangles init` leaves one: nothing begun. */
	static fresh(maxTcn: number, pairs: readonly StencilPair[]): MemoryCollection {
		const config = { completedTcn: 1, maxTcn, epoch: 0, baseline: undefined, restart: undefined, wrong: [] };
		const collection = new MemoryCollection({ config, stencils: [], foreign: [] });
		for (const pair of pairs) collection.add(pair, stencilIdOf(pair), 0);
		return collection;
	}

	/** Adds a new stencil where no document has that id. */
	add({ rootstockTcn, scionTcn }: StencilPair, id: Id, epoch: number): void {
		if (this.stencils.has(id) || this.#foreign.some(({ name }) => name === id)) return;
		const numbers = { id, rootstockTcn, scionTcn, tcn: rootstockTcn + scionTcn };
		const fresh = { state: STATE.new, cursor: undefined, progress: undefined, resting: false };
		this.stencils.set(id, { key: id, name: id, ...numbers, ...fresh, epoch, wrong: [], more: false });
	}

	/** Writes fields of a stencil; those that could not be read before can be after it. */
	change(key: Id | symbol, change: Partial<StencilSnapshot>): void {
		const stencil = this.stencils.get(key);
		if (stencil === undefined) return;
		const wrong = stencil.wrong.filter(({ field }) => !(field in change));
		this.stencils.set(key, { ...stencil, ...change, wrong });
	}

	/** Writes fields of the config document; none where there is no such document. */
	configure(change: Partial<ConfigSnapshot>): void {
		if (this.config === undefined) return;
		// `work` is the stored name of the baseline.
		const wrong = this.config.wrong.filter(({ field }) => !(field === "work" && "baseline" in change));
		this.config = { ...this.config, ...change, wrong };
	}

	snapshot(): CollectionSnapshot {
		return { config: this.config, stencils: [...this.stencils.values()], foreign: this.#foreign };
	}

	/** The config document. Throws a Fault "data" where it is missing or not what it must be. */
	enumeration(): Enumeration {
		const { config } = this;
		if (config === undefined) throw this.#damaged("there is no config document");
		const { completedTcn, maxTcn, epoch, baseline, wrong } = config;
		if (completedTcn === undefined || maxTcn === undefined || epoch === undefined || wrong.length > 0) {
			throw this.#damaged(`document _id "config": ${wrong.map(({ text }) => text).join("; ")}`);
		}
		return { completedTcn, maxTcn, epoch, baseline };
	}

	/** The config document's epoch, also where other fields are wrong. */
	epoch(): number {
		return this.config?.epoch ?? this.enumeration().epoch;
	}

	/** The stencil as a producer takes it. Throws a Fault "data" where it is not what it must be. */
	sound(stencil: StencilSnapshot): Stencil & { readonly epoch: number } {
		const sound = stencilFrom(stencil);
		const { wrong, name, epoch } = stencil;
		if (sound !== undefined && epoch !== undefined && wrong.length === 0) return { ...sound, epoch };
		const sum = numbersOf(stencil) === undefined ? ["rootstock_tcn + scion_tcn is not TCN"] : [];
		throw this.#damaged(`document _id ${name}: ${[...wrong.map(({ text }) => text), ...sum].join("; ")}`);
	}

	stencilsInOrder(): Stencil[] {
		const [foreign] = this.#foreign;
		if (foreign !== undefined) throw this.#damaged(`document _id ${foreign.name}: is no stencil`);
		return [...this.stencils.values()]
			.map((stencil) => this.sound(stencil))
			.filter(({ rootstockTcn }) => rootstockTcn !== 0)
			.toSorted((a, b) => a.tcn - b.tcn || a.rootstockTcn - b.rootstockTcn);
	}

	#damaged(what: string): Fault {
		return new Fault("data", `${this.name}: ${what}`, { hint: "`tangles recover --dry-run` says what is wrong" });
	}
}

/**
 * The port on a collection in memory, under the conditions that the database's writes have. `beforeWrite` is called
 * before each single write, and ends the run there where it throws.
 */
export class MemoryStencils implements StencilStore {
	readonly name: string;
	readonly #collection: MemoryCollection;
	readonly #beforeWrite: () => void;

	constructor(collection: MemoryCollection, beforeWrite: () => void = () => {}) {
		this.name = collection.name;
		this.#collection = collection;
		this.#beforeWrite = beforeWrite;
	}

	async enumeration(): Promise<Enumeration> {
		return this.#collection.enumeration();
	}

	async snapshot(): Promise<CollectionSnapshot> {
		return this.#collection.snapshot();
	}

	async stencils(): Promise<Stencil[]> {
		return this.#collection.stencilsInOrder();
	}

	async takeOver({ above = 0, leave = [] }: TakeOver = {}): Promise<ProducerTerm> {
		const epoch = Math.max(this.#collection.epoch(), above) + 1;
		this.#beforeWrite();
		this.#collection.configure({ epoch });
		for (const [key, stencil] of this.#collection.stencils) {
			if (stencil.state === STATE.complete || leave.includes(stencil.key)) continue;
			if (stencil.epoch === undefined || stencil.epoch >= epoch) continue;
			this.#beforeWrite();
			this.#collection.change(key, { epoch });
		}
		return new MemoryTerm({ collection: this.#collection, epoch, leave, beforeWrite: this.#beforeWrite });
	}
}
