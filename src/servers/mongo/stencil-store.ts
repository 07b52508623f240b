import { type Collection, type Filter, ObjectId, type UpdateFilter } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { Enumeration, Round, Stencil, StencilStore, StencilUpdate } from "../../enumeration/stencils/ports.ts";
import { STATE } from "../../enumeration/stencils/ports.ts";
import type { SeenCollection } from "../../enumeration/stencils/seen.ts";
import { CONFIG_ID, enumerationOf, epochOf, seeConfig } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { shownId } from "./document.ts";
import { type StencilDocument, seeStencil, stencilOf } from "./stencil-documents.ts";
import { takenOver } from "./taken-over.ts";

/** The store of stencils in MongoDB. See `StencilStore` for what it promises. */
export class MongoStencilStore implements StencilStore {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<StencilDocument>;
	/** This run's epoch; 0 before `takeOver`. */
	#epoch = 0;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async enumeration(): Promise<Enumeration> {
		const enumeration = enumerationOf(await this.#config(), this.name);
		if (this.#epoch !== 0 && enumeration.epoch !== this.#epoch)
			throw takenOver(this.name, enumeration.epoch, this.#epoch);
		return enumeration;
	}

	async seen(): Promise<SeenCollection> {
		const documents = await this.#mongo.call(() => this.#collection.find().toArray());
		const config = documents.find(({ _id }) => _id === CONFIG_ID);
		const others = documents
			.filter((document) => document !== config)
			.map((document) => ({
				key: document._id as unknown,
				name: shownId(document._id),
				stencil: seeStencil(document),
			}));
		return {
			config: config && seeConfig(config),
			stencils: others.flatMap(({ stencil }) => stencil ?? []),
			foreign: others.flatMap(({ key, name, stencil }) => (stencil === undefined ? [{ key, name }] : [])),
		};
	}

	async takeOver(leave: readonly unknown[] = []): Promise<number> {
		// Checked first: an epoch that is no number could not be raised.
		epochOf(await this.#config(), this.name);
		const document = await this.#mongo.call(() =>
			this.#collection.findOneAndUpdate({ _id: CONFIG_ID }, { $inc: { epoch: 1 } }, { returnDocument: "after" }),
		);
		const epoch = epochOf(document, this.name);
		this.#epoch = epoch;
		// From here on no earlier run's write matches a stencil that is not complete, so what is read next stays true.
		await this.#mongo.call(() =>
			this.#collection.updateMany(
				{
					_id: { $nin: [CONFIG_ID, ...leave] as StencilDocument["_id"][] },
					state: { $ne: STATE.complete },
					$or: [{ epoch: { $exists: false } }, { epoch: { $lt: epoch } }],
				},
				{ $set: { epoch } },
			),
		);
		return epoch;
	}

	async stencils(): Promise<Stencil[]> {
		const documents = await this.#mongo.call(() => this.#collection.find({ _id: { $ne: CONFIG_ID } }).toArray());
		return documents
			.map((document) => stencilOf(document, this.name))
			.filter(({ rootstockTcn }) => rootstockTcn !== 0)
			.toSorted((a, b) => a.tcn - b.tcn || a.rootstockTcn - b.rootstockTcn);
	}

	async claim(id: string): Promise<Stencil | undefined> {
		// One that `init` has added since the takeover has no epoch yet; after this, it is ours alone.
		const free = [{ epoch: { $exists: false } }, { epoch: { $lte: this.#epoch } }];
		await this.#write(
			id,
			{ $set: { state: STATE.started, epoch: this.#epoch } },
			{ state: { $ne: STATE.complete }, $or: free },
			({ state }) => state === STATE.complete,
		);
		const stencil = await this.#read(id);
		return stencil.state === STATE.complete ? undefined : stencil;
	}

	async update(id: string, { state, cursor, progress }: StencilUpdate): Promise<void> {
		const ids = cursor && { rootstock: new ObjectId(cursor.rootstock), scion: new ObjectId(cursor.scion) };
		await this.#write(id, {
			// The driver leaves out what is undefined.
			$set: { epoch: this.#epoch, state, progress, cursor: ids ?? undefined },
			...(cursor === null ? { $unset: { cursor: "" } } : {}),
		});
	}

	async beginRound(round: Round): Promise<void> {
		await this.#writeConfig({ $set: { work: { ...round } } }, {}, () => false);
	}

	async completeTcn(tcn: number): Promise<void> {
		await this.#writeConfig(
			{ $set: { current_completed_tcn: tcn } },
			{ current_completed_tcn: tcn - 1 },
			// The answer to an earlier attempt was lost.
			({ completedTcn }) => completedTcn === tcn,
		);
	}

	async #config(): Promise<StencilDocument | null> {
		return await this.#mongo.call(() => this.#collection.findOne({ _id: CONFIG_ID }));
	}

	async #read(id: string): Promise<Stencil & { epoch: number }> {
		const document = await this.#mongo.call(() => this.#collection.findOne({ _id: new ObjectId(id) }));
		if (document === null) throw new Fault("data", `${this.name}: stencil ${id} is gone`);
		return stencilOf(document, this.name);
	}

	/** Changes a stencil that is this run's; where none matches, `settled` says whether that is as it should be. */
	async #write(
		id: string,
		update: UpdateFilter<StencilDocument>,
		condition: Filter<StencilDocument> = { epoch: this.#epoch },
		settled: (stencil: Stencil) => boolean = () => false,
	): Promise<void> {
		const filter = { ...condition, _id: new ObjectId(id) } as Filter<StencilDocument>;
		const { matchedCount } = await this.#mongo.call(() => this.#collection.updateOne(filter, update));
		if (matchedCount === 1) return;
		const stencil = await this.#read(id);
		if (stencil.epoch > this.#epoch) throw takenOver(this.name, stencil.epoch, this.#epoch);
		if (!settled(stencil))
			throw new Fault("data", `${this.name}: stencil ${id} was changed by somebody else meanwhile`);
	}

	async #writeConfig(
		update: UpdateFilter<StencilDocument>,
		condition: Filter<StencilDocument>,
		settled: (enumeration: Enumeration) => boolean,
	): Promise<void> {
		const filter = { ...condition, _id: CONFIG_ID, epoch: this.#epoch } as Filter<StencilDocument>;
		const { matchedCount } = await this.#mongo.call(() => this.#collection.updateOne(filter, update));
		if (matchedCount === 1) return;
		// Throws where the epoch is another's.
		if (settled(await this.enumeration())) return;
		throw new Fault("data", `${this.name}: the config document was changed by somebody else meanwhile`, {
			mend: "see who else writes current_completed_tcn, then start again",
		});
	}
}
