import type { Collection } from "mongodb";
import { STATE } from "../../enumeration/stencils/ports.ts";
import type { ProducerTerm, StencilStore, TakeOver } from "../../enumeration/stencils/term.ts";
import { CONFIG_ID, epochOf } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { MongoProducerTerm } from "./producer-term.ts";
import { isEpoch, type StencilDocument } from "./stencil-documents.ts";
import { MongoStencilReader } from "./stencil-reader.ts";
import { TermWrites } from "./term-writes.ts";

/** The stencil collection in MongoDB, for a run that takes it over. See `StencilStore` for what it promises. */
export class MongoStencilStore extends MongoStencilReader implements StencilStore {
	readonly #mongo: Mongo;
	readonly #collection: Collection<StencilDocument>;

	constructor(mongo: Mongo, collection: string) {
		super(mongo, collection);
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
	}

	async takeOver({ above, leave = [] }: TakeOver = {}): Promise<ProducerTerm> {
		if (above !== undefined) await this.#raiseEpoch(above);
		// Checked first: an epoch that is no number could not be raised.
		epochOf(await this.#mongo.call(() => this.#collection.findOne({ _id: CONFIG_ID })), this.name);
		const document = await this.#mongo.call(() =>
			this.#collection.findOneAndUpdate({ _id: CONFIG_ID }, { $inc: { epoch: 1 } }, { returnDocument: "after" }),
		);
		const epoch = epochOf(document, this.name);
		const unreadable = await this.#unreadableEpochs();
		await this.#markOpen(epoch, [CONFIG_ID, ...leave, ...unreadable.map(({ _id }) => _id)]);
		const { name } = this;
		const writes = new TermWrites({ mongo: this.#mongo, collection: this.#collection, name, epoch, unreadable });
		return new MongoProducerTerm(writes, leave);
	}

	async #raiseEpoch(epoch: number): Promise<void> {
		await this.#mongo.call(() =>
			this.#collection.updateOne(
				{ _id: CONFIG_ID, $or: [{ epoch: { $exists: false } }, { epoch: { $lt: epoch } }] },
				{ $set: { epoch } },
			),
		);
	}

	/** Stencils with an epoch that is none: no comparison in a filter tells 1.5 or -5 from an epoch. */
	async #unreadableEpochs(): Promise<StencilDocument[]> {
		const marked = await this.#mongo.call(() =>
			this.#collection
				.find({ _id: { $ne: CONFIG_ID }, epoch: { $exists: true } }, { projection: { epoch: 1 } })
				.toArray(),
		);
		return marked.filter(({ epoch }) => !isEpoch(epoch));
	}

	/** After it no earlier term's write matches a stencil that is not complete, so what is read next stays true. */
	async #markOpen(epoch: number, kept: readonly unknown[]): Promise<void> {
		await this.#mongo.call(() =>
			this.#collection.updateMany(
				{
					_id: { $nin: kept as StencilDocument["_id"][] },
					state: { $ne: STATE.complete },
					$or: [{ epoch: { $exists: false } }, { epoch: { $lt: epoch } }],
				},
				{ $set: { epoch } },
			),
		);
	}
}
