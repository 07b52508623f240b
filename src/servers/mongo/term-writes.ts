import { type Collection, type Filter, ObjectId, type UpdateFilter } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { Enumeration, Id, Stencil } from "../../enumeration/stencils/ports.ts";
import { CONFIG_ID, enumerationOf, epochOf } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { readStencil, type StencilDocument, stencilOf } from "./stencil-documents.ts";

interface TermWritesParts {
	readonly mongo: Mongo;
	readonly collection: Collection<StencilDocument>;
	/** `<database>.<collection>` */
	readonly name: string;
	readonly epoch: number;
	/** Stencils whose epoch was none as the term began. */
	readonly unreadable: readonly StencilDocument[];
}

/** A write to one stencil. */
export interface StencilWrite {
	readonly update: UpdateFilter<StencilDocument>;
	readonly condition: Filter<StencilDocument>;
	/** True for a stencil that does not match because all is as it should be: an earlier attempt's answer was lost. */
	readonly settled?: (stencil: Stencil) => boolean;
}

/** A write to the config document, on the condition that its epoch is the term's. */
export interface ConfigWrite {
	readonly update: UpdateFilter<StencilDocument>;
	readonly condition?: Filter<StencilDocument>;
	readonly settled?: (enumeration: Enumeration) => boolean;
}

/** Writes of one term, each conditional; where none matched, the documents say why. */
export class TermWrites {
	readonly mongo: Mongo;
	readonly collection: Collection<StencilDocument>;
	readonly name: string;
	readonly epoch: number;
	readonly #unreadable: readonly StencilDocument[];

	constructor({ mongo, collection, name, epoch, unreadable }: TermWritesParts) {
		this.mongo = mongo;
		this.collection = collection;
		this.name = name;
		this.epoch = epoch;
		this.#unreadable = unreadable;
	}

	/**
	 * Matches what no later term has written: a complete stencil has an earlier term's epoch; a damaged one may have
	 * anything, and matches as long as it has that.
	 */
	get notLater(): Filter<StencilDocument> {
		const damaged = this.#unreadable.map(({ _id, epoch }) => ({ _id, epoch: { $eq: epoch as unknown } }));
		return { $or: [{ epoch: { $not: { $gt: this.epoch } } }, ...damaged] };
	}

	async find(key: StencilDocument["_id"]): Promise<StencilDocument | null> {
		return await this.mongo.call(() => this.collection.findOne({ _id: key }));
	}

	/** Throws a Fault "data" where the stencil is gone or not what it must be. */
	async stencil(id: Id): Promise<Stencil> {
		const document = await this.find(new ObjectId(id));
		if (document === null) throw new Fault("data", `${this.name}: stencil ${id} is gone`);
		return stencilOf(document, this.name);
	}

	/** The config document. Throws a Fault "lost" where it has another term's epoch. */
	async enumeration(): Promise<Enumeration> {
		const document = await this.find(CONFIG_ID);
		this.#requireOurs(document);
		return enumerationOf(document, this.name);
	}

	/** Throws a Fault "lost" where the config document has another term's epoch. */
	async assertOurs(): Promise<void> {
		this.#requireOurs(await this.find(CONFIG_ID));
	}

	async writeStencil(id: Id, { update, condition, settled = () => false }: StencilWrite): Promise<void> {
		const filter = { ...condition, _id: new ObjectId(id) } as Filter<StencilDocument>;
		const { matchedCount } = await this.mongo.call(() => this.collection.updateOne(filter, update));
		if (matchedCount === 1) return;
		const found = await this.find(new ObjectId(id));
		if (found === null) throw new Fault("data", `${this.name}: stencil ${id} is gone`);
		await this.#refuseLater(found);
		if (!settled(stencilOf(found, this.name))) throw this.#changed(`stencil ${id}`);
	}

	async writeConfig({ update, condition = {}, settled = () => false }: ConfigWrite): Promise<void> {
		const filter = { ...condition, _id: CONFIG_ID, epoch: this.epoch } as Filter<StencilDocument>;
		const { matchedCount } = await this.mongo.call(() => this.collection.updateOne(filter, update));
		if (matchedCount === 1 || settled(await this.enumeration())) return;
		throw this.#changed("the config document");
	}

	/** Deletes a stencil that matches; one that is gone already is no error. */
	async deleteStencil(id: Id, condition: Filter<StencilDocument>): Promise<void> {
		const filter = { ...condition, _id: new ObjectId(id) } as Filter<StencilDocument>;
		const { deletedCount } = await this.mongo.call(() => this.collection.deleteOne(filter));
		if (deletedCount === 1) return;
		const found = await this.find(new ObjectId(id));
		if (found === null) return;
		await this.#refuseLater(found);
		throw this.#changed(`stencil ${id}`);
	}

	/** The Fault of a term that finds a later one's epoch. */
	overtaken(epoch: number): Fault {
		const message = `another producer has taken over ${this.name} (epoch ${epoch}, ours was ${this.epoch})`;
		return new Fault("lost", message, {
			hint: "only one producer runs on a collection; this one stopped and has changed nothing since",
		});
	}

	async #refuseLater(stencil: StencilDocument): Promise<void> {
		const epoch = readStencil(stencil)?.epoch ?? 0;
		if (epoch > this.epoch) throw this.overtaken(epoch);
		await this.assertOurs();
	}

	#requireOurs(config: StencilDocument | null): void {
		const found = epochOf(config, this.name);
		if (found !== this.epoch) throw this.overtaken(found);
	}

	#changed(document: string): Fault {
		return new Fault("data", `${this.name}: ${document} was changed by somebody else meanwhile`, {
			hint: "find out who else writes to that collection, then start again",
		});
	}
}
