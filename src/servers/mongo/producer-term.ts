import { type Filter, ObjectId } from "mongodb";
import type { DrainedTcn } from "../../enumeration/stencils/complete.ts";
import type { CounterBaseline, Enumeration, Id, Stencil } from "../../enumeration/stencils/ports.ts";
import { STATE } from "../../enumeration/stencils/ports.ts";
import type { StencilPair } from "../../enumeration/stencils/stencils.ts";
import type { ProducerTerm, Reopening, StencilRepair, StencilUpdate } from "../../enumeration/stencils/term.ts";
import { CONFIG_ID, readConfig } from "./config-document.ts";
import { isDuplicate } from "./errors.ts";
import { newStencil, readStencil, type StencilDocument, storedProgress } from "./stencil-documents.ts";
import type { TermWrites } from "./term-writes.ts";

const OPEN = [STATE.new, STATE.started, STATE.noHeadroom];
const BEGUN = [STATE.started, STATE.noHeadroom, STATE.complete];

/** `$unset` of these fields, where there are any. */
const unset = (fields: readonly string[]) =>
	fields.length === 0 ? {} : { $unset: Object.fromEntries(fields.map((field) => [field, "" as const])) };

/** A run's writes to the stencil collection in MongoDB. See `ProducerTerm` for what they promise. */
export class MongoProducerTerm implements ProducerTerm {
	readonly epoch: number;
	readonly #writes: TermWrites;
	/** Keys of documents that no write touches unless it names them. */
	readonly #leave: readonly unknown[];

	constructor(writes: TermWrites, leave: readonly unknown[]) {
		this.epoch = writes.epoch;
		this.#writes = writes;
		this.#leave = leave;
	}

	async enumeration(): Promise<Enumeration> {
		return await this.#writes.enumeration();
	}

	async claim(id: Id): Promise<Stencil | undefined> {
		await this.#writes.writeStencil(id, {
			update: { $set: { state: STATE.started, epoch: this.epoch }, ...unset(["resting"]) },
			// One that `init` has added since the term began has no epoch yet; after this, it is ours alone.
			condition: {
				state: { $ne: STATE.complete },
				$or: [{ epoch: { $exists: false } }, { epoch: { $lte: this.epoch } }],
			},
			settled: ({ state }) => state === STATE.complete,
		});
		const stencil = await this.#writes.stencil(id);
		return stencil.state === STATE.complete ? undefined : stencil;
	}

	async update(id: Id, { state, cursor, progress, resting }: StencilUpdate): Promise<void> {
		const ids = cursor && {
			rootstock: new ObjectId(cursor.rootstock),
			scion: new ObjectId(cursor.scion),
			pair: cursor.pair,
		};
		const stored = {
			state,
			progress: progress && storedProgress(progress),
			cursor: ids ?? undefined,
			resting: resting || undefined,
		};
		const gone = [...(cursor === null ? ["cursor"] : []), ...(resting === false ? ["resting"] : [])];
		await this.#writes.writeStencil(id, {
			// The driver leaves out what is undefined.
			update: { $set: { epoch: this.epoch, ...stored }, ...unset(gone) },
			condition: { epoch: this.epoch },
		});
	}

	async storeBaseline(baseline: CounterBaseline): Promise<void> {
		await this.#writes.writeConfig({ update: { $set: { work: { ...baseline } } } });
	}

	async dropBaseline(): Promise<void> {
		await this.#writes.writeConfig({ update: unset(["work"]) });
	}

	async completeTcn({ tcn }: DrainedTcn): Promise<void> {
		await this.#writes.writeConfig({
			update: { $set: { current_completed_tcn: tcn }, ...unset(["work"]) },
			condition: { current_completed_tcn: tcn - 1 },
			settled: ({ completedTcn }) => completedTcn === tcn,
		});
	}

	async reopenTcn({ tcn, counters }: Reopening): Promise<void> {
		const { mongo, collection, notLater } = this.#writes;
		const known = { _id: { $nin: [CONFIG_ID, ...this.#leave] as StencilDocument["_id"][] }, rootstock_tcn: { $ne: 0 } };
		const begun = { ...known, TCN: { $gt: tcn }, state: { $in: BEGUN } };
		// Until the last write the TCN is still seen to be incomplete, so a run that dies before it is simply repeated.
		await this.#renew(begun);
		const later = await mongo.call(() => collection.findOne(begun));
		if (later !== null) throw this.#writes.overtaken(readStencil(later)?.epoch ?? 0);
		if (counters === "drop") {
			await this.#renew({ ...known, TCN: tcn, state: { $in: OPEN } });
			await mongo.call(() =>
				collection.updateMany(
					{ ...known, "progress.round": { $gte: tcn }, ...notLater },
					{ $set: { epoch: this.epoch }, ...unset(["progress"]) },
				),
			);
		}
		const { baseline } = await this.enumeration();
		// Counters of a lower TCN stay: they say that it is not proven complete either.
		const gone = counters === "drop" && baseline !== undefined && baseline.tcn >= tcn;
		await this.#writes.writeConfig({
			update: { $set: { current_completed_tcn: tcn - 1 }, ...unset(gone ? ["work"] : []) },
			condition: { current_completed_tcn: { $gte: tcn } },
			settled: ({ completedTcn }) => completedTcn < tcn,
		});
	}

	async add(pair: StencilPair): Promise<void> {
		const { mongo, collection } = this.#writes;
		const document = { ...newStencil(pair), epoch: this.epoch };
		// An insert cannot be conditional on the config document; this is as near as it comes, and the lock does the rest.
		await this.#writes.assertOurs();
		await mongo.call(async () => {
			try {
				await collection.insertOne(document);
			} catch (error) {
				// An earlier attempt whose answer was lost.
				if (!isDuplicate(error)) throw error;
			}
		});
	}

	async remove(id: Id): Promise<void> {
		await this.#writes.deleteStencil(id, { ...this.#writes.notLater, state: STATE.new });
	}

	async repair(id: Id, { state, drop }: StencilRepair): Promise<void> {
		// A stencil that is set back rests no more.
		const gone = state === STATE.new ? [...drop, "resting"] : drop;
		await this.#writes.writeStencil(id, {
			// The driver leaves out what is undefined.
			update: { $set: { epoch: this.epoch, state }, ...unset(gone) },
			condition: this.#writes.notLater,
		});
	}

	async beginRestart(tcn: number): Promise<void> {
		const config = await this.#writes.find(CONFIG_ID);
		const { restart: begun, baseline } = config === null ? {} : readConfig(config);
		const restart = Math.min(tcn, begun ?? tcn);
		// Counters of a lower TCN stay: they say that it is not proven complete either.
		const gone = baseline === undefined || baseline.tcn >= restart;
		await this.#writes.writeConfig({
			update: { $set: { current_completed_tcn: restart - 1, restart }, ...unset(gone ? ["work"] : []) },
		});
	}

	async endRestart(): Promise<void> {
		await this.#writes.writeConfig({ update: unset(["restart"]) });
	}

	async #renew(filter: Filter<StencilDocument>): Promise<void> {
		const { mongo, collection, notLater } = this.#writes;
		await mongo.call(() =>
			collection.updateMany(
				{ ...filter, ...notLater },
				{ $set: { state: STATE.new, epoch: this.epoch }, ...unset(["cursor", "progress", "resting"]) },
			),
		);
	}
}
