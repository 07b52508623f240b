import { type Collection, type Filter, ObjectId, type UpdateFilter } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { DrainedTcn } from "../../enumeration/stencils/complete.ts";
import type {
	CounterBaseline,
	Enumeration,
	Reopening,
	Stencil,
	StencilStore,
	StencilUpdate,
} from "../../enumeration/stencils/ports.ts";
import { STATE } from "../../enumeration/stencils/ports.ts";
import type { CollectionSnapshot } from "../../enumeration/stencils/snapshot.ts";
import { CONFIG_ID, enumerationOf, epochOf, seeConfig } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { shownId } from "./document.ts";
import { LARGEST_EPOCH, type StencilDocument, seeStencil, stencilOf } from "./stencil-documents.ts";
import { takenOver } from "./taken-over.ts";

const OPEN = [STATE.new, STATE.started, STATE.noHeadroom];
const BEGUN = [STATE.started, STATE.noHeadroom, STATE.complete];

/** The store of stencils in MongoDB. See `StencilStore` for what it promises. */
export class MongoStencilStore implements StencilStore {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<StencilDocument>;
	/** This run's epoch; 0 before `takeOver`. */
	#epoch = 0;
	/** Keys of documents that this run does not touch. */
	#leave: readonly unknown[] = [];

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

	async seen(): Promise<CollectionSnapshot> {
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
		this.#leave = leave;
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
			{ $set: { state: STATE.started, epoch: this.#epoch }, $unset: { resting: "" } },
			{ state: { $ne: STATE.complete }, $or: free },
			({ state }) => state === STATE.complete,
		);
		const stencil = await this.#read(id);
		return stencil.state === STATE.complete ? undefined : stencil;
	}

	async update(id: string, { state, cursor, progress, resting }: StencilUpdate): Promise<void> {
		const ids = cursor && {
			rootstock: new ObjectId(cursor.rootstock),
			scion: new ObjectId(cursor.scion),
			pair: cursor.pair,
		};
		const gone = [...(cursor === null ? ["cursor"] : []), ...(resting === false ? ["resting"] : [])];
		await this.#write(id, {
			// The driver leaves out what is undefined.
			$set: { epoch: this.#epoch, state, progress, cursor: ids ?? undefined, resting: resting || undefined },
			...(gone.length === 0 ? {} : { $unset: Object.fromEntries(gone.map((field) => [field, ""])) }),
		});
	}

	async storeBaseline(round: CounterBaseline): Promise<void> {
		await this.#writeConfig({ $set: { work: { ...round } } }, {}, () => false);
	}

	async dropRound(): Promise<void> {
		await this.#writeConfig({ $unset: { work: "" } }, {}, () => false);
	}

	async completeTcn({ tcn }: DrainedTcn): Promise<void> {
		await this.#writeConfig(
			{ $set: { current_completed_tcn: tcn }, $unset: { work: "" } },
			{ current_completed_tcn: tcn - 1 },
			// The answer to an earlier attempt was lost.
			({ completedTcn }) => completedTcn === tcn,
		);
	}

	async reopenTcn({ tcn, counters }: Reopening): Promise<void> {
		const epoch = this.#epoch;
		const known = { _id: { $nin: [CONFIG_ID, ...this.#leave] as StencilDocument["_id"][] }, rootstock_tcn: { $ne: 0 } };
		// A complete stencil carries an earlier run's epoch; this run repairs a damaged one.
		const ours = { $or: [{ epoch: { $not: { $gt: epoch } } }, { epoch: { $gt: LARGEST_EPOCH } }] };
		const begun = { ...known, TCN: { $gt: tcn }, state: { $in: BEGUN } };
		const renew = async (filter: Filter<StencilDocument>) =>
			await this.#mongo.call(() =>
				this.#collection.updateMany(
					{ ...filter, ...ours },
					{ $set: { state: STATE.new, epoch }, $unset: { cursor: "", progress: "", resting: "" } },
				),
			);
		// Until the last write the TCN is still seen to be incomplete, so a run that dies before it is simply repeated.
		await renew(begun);
		const later = await this.#mongo.call(() => this.#collection.findOne(begun));
		if (later !== null) throw takenOver(this.name, stencilOf(later, this.name).epoch, epoch);
		if (counters === "drop") {
			await renew({ ...known, TCN: tcn, state: { $in: OPEN } });
			await this.#mongo.call(() =>
				this.#collection.updateMany(
					{ ...known, "progress.round": { $gte: tcn }, ...ours },
					{ $set: { epoch }, $unset: { progress: "" } },
				),
			);
		}
		const { round } = await this.enumeration();
		// Counters of a lower TCN stay: they say that it is not proven complete either.
		const gone = counters === "drop" && round !== undefined && round.tcn >= tcn;
		await this.#writeConfig(
			{ $set: { current_completed_tcn: tcn - 1 }, ...(gone ? { $unset: { work: "" } } : {}) },
			{ current_completed_tcn: { $gte: tcn } },
			({ completedTcn }) => completedTcn < tcn,
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
			hint: "see who else writes current_completed_tcn, then start again",
		});
	}
}
