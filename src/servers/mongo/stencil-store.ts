import type { Collection } from "mongodb";
import { STATE } from "../../enumeration/stencils/ports.ts";
import type { ProducerTerm, StencilStore, TakeOver } from "../../enumeration/stencils/term.ts";
import { CONFIG_ID, epochOf } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { MongoProducerTerm } from "./producer-term.ts";
import { type StencilDocument, seeStencil } from "./stencil-documents.ts";
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
		await this.#markOpen(epoch, leave);
		const writes = new TermWrites({ mongo: this.#mongo, collection: this.#collection, name: this.name, epoch });
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

	/** After it no earlier term's write matches a stencil that is not complete, so what is read next stays true. */
	async #markOpen(epoch: number, leave: readonly unknown[]): Promise<void> {
		const marked = await this.#mongo.call(() =>
			this.#collection.find({ epoch: { $exists: true } }, { projection: { epoch: 1, rootstock_tcn: 1 } }).toArray(),
		);
		// `$lt` alone would match -5 and 1.5 too, which `recover` has to report.
		const unreadable = marked.filter((it) => seeStencil(it)?.epoch === undefined).map(({ _id }) => _id);
		const kept = [CONFIG_ID, ...leave, ...unreadable] as StencilDocument["_id"][];
		await this.#mongo.call(() =>
			this.#collection.updateMany(
				{
					_id: { $nin: kept },
					state: { $ne: STATE.complete },
					$or: [{ epoch: { $exists: false } }, { epoch: { $lt: epoch } }],
				},
				{ $set: { epoch } },
			),
		);
	}
}
