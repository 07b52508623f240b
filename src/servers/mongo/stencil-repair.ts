import { type Collection, type Filter, ObjectId, type UpdateFilter } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { StencilChange, StencilRepair } from "../../enumeration/recover/repair.ts";
import { type Id, STATE } from "../../enumeration/stencils/ports.ts";
import type { StencilPair } from "../../enumeration/stencils/stencils.ts";
import { CONFIG_ID, epochOf, seeConfig } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";
import { LARGEST_EPOCH, newStencil, type StencilDocument } from "./stencil-documents.ts";
import { takenOver } from "./taken-over.ts";

/** Mends the stencil collection in MongoDB. See `StencilRepair` for what it promises. */
export class MongoStencilRepair implements StencilRepair {
	readonly #name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<StencilDocument>;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.#name = `${mongo.database}.${collection}`;
	}

	async raiseEpoch(epoch: number): Promise<void> {
		await this.#mongo.call(() =>
			this.#collection.updateOne(
				{ _id: CONFIG_ID, $or: [{ epoch: { $exists: false } }, { epoch: { $lt: epoch } }] },
				{ $set: { epoch } },
			),
		);
	}

	async add(epoch: number, pair: StencilPair): Promise<void> {
		const document = { ...newStencil(pair), epoch };
		await this.#assertOurs(epoch);
		await this.#mongo.call(async () => {
			try {
				await this.#collection.insertOne(document);
			} catch (error) {
				// An earlier attempt whose answer was lost.
				if (!isDuplicate(error)) throw error;
			}
		});
	}

	async remove(epoch: number, id: Id): Promise<void> {
		const filter: Filter<StencilDocument> = { _id: new ObjectId(id), epoch, state: STATE.new };
		const { deletedCount } = await this.#mongo.call(() => this.#collection.deleteOne(filter));
		if (deletedCount === 0 && (await this.#find(new ObjectId(id))) !== null) throw await this.#changed(epoch, id);
	}

	async change(epoch: number, id: Id, { state, drop }: StencilChange): Promise<void> {
		// A stencil that is set back rests no more.
		const gone = state === STATE.new ? [...drop, "resting"] : drop;
		const unset = Object.fromEntries(gone.map((field) => [field, ""]));
		await this.#update(
			epoch,
			id,
			// Any but a later run's: a complete stencil carries an earlier one's, a damaged one anything.
			{ _id: new ObjectId(id), $or: [{ epoch: { $not: { $gt: epoch } } }, { epoch: { $gt: LARGEST_EPOCH } }] },
			{
				// The driver leaves out what is undefined.
				$set: { epoch, state },
				...(gone.length === 0 ? {} : { $unset: unset }),
			},
		);
	}

	async dropCounters(epoch: number): Promise<void> {
		await this.#update(epoch, CONFIG_ID, { _id: CONFIG_ID, epoch }, { $unset: { work: "" } });
	}

	async beginRestart(epoch: number, tcn: number): Promise<void> {
		const config = await this.#find(CONFIG_ID);
		// An unfinished one is finished too: where it began lower, from there on.
		const seen = config === null ? undefined : seeConfig(config);
		const restart = Math.min(tcn, seen?.restart ?? tcn);
		// Counters of a lower TCN stay: they say that it is not proven complete either.
		const gone = seen?.round === undefined || seen.round.tcn >= restart;
		await this.#update(
			epoch,
			CONFIG_ID,
			{ _id: CONFIG_ID, epoch },
			{ $set: { current_completed_tcn: restart - 1, restart }, ...(gone ? { $unset: { work: "" } } : {}) },
		);
	}

	async endRestart(epoch: number): Promise<void> {
		await this.#update(epoch, CONFIG_ID, { _id: CONFIG_ID, epoch }, { $unset: { restart: "" } });
	}

	async #find(key: StencilDocument["_id"]): Promise<StencilDocument | null> {
		return await this.#mongo.call(() => this.#collection.findOne({ _id: key }));
	}

	async #update(
		epoch: number,
		name: string,
		filter: Filter<StencilDocument>,
		update: UpdateFilter<StencilDocument>,
	): Promise<void> {
		const { matchedCount } = await this.#mongo.call(() => this.#collection.updateOne(filter, update));
		if (matchedCount === 0) throw await this.#changed(epoch, name);
	}

	/** An insert cannot be conditional on the config document; this is as near as it comes, and the lock does the rest. */
	async #assertOurs(epoch: number): Promise<void> {
		const found = epochOf(await this.#find(CONFIG_ID), this.#name);
		if (found !== epoch) throw takenOver(this.#name, found, epoch);
	}

	/** Why a document was not as it was seen. */
	async #changed(epoch: number, name: string): Promise<Fault> {
		const config = await this.#find(CONFIG_ID);
		const found = config === null ? undefined : seeConfig(config).epoch;
		if (found !== undefined && found !== epoch) return takenOver(this.#name, found, epoch);
		return new Fault("data", `${this.#name}: document _id ${name} was changed by somebody else meanwhile`, {
			hint: "see who else writes to that collection, then start again",
		});
	}
}
