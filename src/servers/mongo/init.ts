import { type Collection, type Document, ObjectId } from "mongodb";
import type { BatchesConfig, TanglesConfig } from "../../config/config.ts";
import { stencilsUpTo } from "../../enumeration/stencils/stencils.ts";
import { integralTangles } from "../../enumeration/tangles/integral.ts";
import { BATCH_INDEXES } from "./batch-query.ts";
import { repairDerived } from "./batch-repair.ts";
import { CONFIG_ID, enumerationOf } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";
import { ensureIndexes, type NeededIndex } from "./indexes.ts";
import { newStencil, stencilOf } from "./stencil-documents.ts";

/** What `init` found and added of one kind. */
export interface Initialised {
	readonly what: string;
	readonly collection: string;
	readonly present: number;
	readonly added: number;
}

export interface InitResult {
	readonly parts: readonly Initialised[];
	/** What the config document says, or will say. */
	readonly current_completed_tcn: number;
	readonly max_tcn: number;
}

export interface InitOptions {
	readonly tangles: TanglesConfig;
	/** Undefined where no assembly line is to be prepared. */
	readonly batches: BatchesConfig | undefined;
	readonly maxTcn: number;
	readonly dryRun: boolean;
}

const TANGLE_INDEXES: readonly NeededIndex[] = [
	{ key: { notation: 1 }, unique: true },
	{ key: { TCN: 1, is_good: 1, _id: 1 }, unique: false },
	// Rootstocks are paged without regard to is_good.
	{ key: { TCN: 1, _id: 1 }, unique: false },
];
const STENCIL_INDEXES: readonly NeededIndex[] = [{ key: { TCN: 1, state: 1 }, unique: false }];

/** The indexes of each collection that `init` makes; those of the batches only where there is a line. */
export function neededIndexes(
	{ stencilCollection, tangleCollection }: Pick<TanglesConfig, "stencilCollection" | "tangleCollection">,
	batches: BatchesConfig | undefined,
): readonly { readonly collection: string; readonly needed: readonly NeededIndex[] }[] {
	return [
		{ collection: tangleCollection, needed: TANGLE_INDEXES },
		{ collection: stencilCollection, needed: STENCIL_INDEXES },
		...(batches === undefined ? [] : [{ collection: batches.collection, needed: BATCH_INDEXES }]),
	];
}

/**
 * Inserts, and takes a document that somebody else inserted meanwhile, or an attempt whose answer was lost, for done.
 */
async function insertMissing(mongo: Mongo, collection: Collection<Document>, documents: Document[]): Promise<void> {
	if (documents.length === 0) return;
	await mongo.call(async () => {
		try {
			await collection.insertMany(documents, { ordered: false });
		} catch (error) {
			if (!isDuplicate(error)) throw error;
		}
	});
}

async function initTangles(mongo: Mongo, name: string, dryRun: boolean): Promise<Initialised> {
	const collection = mongo.db.collection(name);
	const wanted = integralTangles();
	const there = await mongo.call(() =>
		collection
			.find({ notation: { $in: wanted.map(({ notation }) => notation) } }, { projection: { notation: 1 } })
			.toArray(),
	);
	const known = new Set(there.map(({ notation }) => notation));
	const missing = wanted.filter(({ notation }) => !known.has(notation));
	if (!dryRun)
		await insertMissing(
			mongo,
			collection,
			missing.map((tangle) => ({ _id: new ObjectId(), ...tangle })),
		);
	return { what: "integral tangles", collection: name, present: wanted.length - missing.length, added: missing.length };
}

async function initStencils(mongo: Mongo, name: string, maxTcn: number, dryRun: boolean): Promise<Initialised> {
	const collection = mongo.db.collection<Document>(name);
	const there = await mongo.call(() => collection.find({ _id: { $ne: CONFIG_ID as never } }).toArray());
	const pair = (rootstock: number, scion: number) => `${rootstock} ${scion}`;
	const known = new Set(
		there.map((document) => {
			const { rootstockTcn, scionTcn } = stencilOf(document, `${mongo.database}.${name}`);
			return pair(rootstockTcn, scionTcn);
		}),
	);
	const wanted = stencilsUpTo(maxTcn);
	const missing = wanted.filter(({ rootstockTcn, scionTcn }) => !known.has(pair(rootstockTcn, scionTcn)));
	const documents = missing.map(newStencil);
	if (!dryRun) await insertMissing(mongo, collection, documents);
	return { what: "stencils", collection: name, present: wanted.length - missing.length, added: missing.length };
}

/**
 * Adds what is missing of collections, indexes, integral tangles, stencils up to `maxTcn`, and the config document, and
 * writes the derived fields of batches anew where they do not fit; changes nothing else that is there. With `dryRun` it only says what it would add. Throws a Fault "data" where something
 * that is there is not what it must be.
 */
export async function initialise(mongo: Mongo, { tangles, batches, maxTcn, dryRun }: InitOptions): Promise<InitResult> {
	const { stencilCollection, tangleCollection } = tangles;
	const stencils = mongo.db.collection<{ _id: typeof CONFIG_ID; current_completed_tcn: number; max_tcn: number }>(
		stencilCollection,
	);
	const readConfig = async () => await mongo.call(() => stencils.findOne({ _id: CONFIG_ID }));
	const before = await readConfig();
	// Checked before anything is added to a collection that may be another's.
	if (before !== null) enumerationOf(before, `${mongo.database}.${stencilCollection}`);
	const fresh = { current_completed_tcn: 1, max_tcn: maxTcn };
	const parts: Initialised[] = [];
	for (const { collection, needed } of neededIndexes({ stencilCollection, tangleCollection }, batches)) {
		parts.push({ what: "indexes", collection, ...(await ensureIndexes(mongo, collection, needed, dryRun)) });
	}
	parts.push(
		await initTangles(mongo, tangleCollection, dryRun),
		await initStencils(mongo, stencilCollection, maxTcn, dryRun),
	);
	if (batches !== undefined) {
		const { collection } = batches;
		parts.push({
			what: "derived fields",
			collection,
			...(await repairDerived(mongo, collection, dryRun)),
		});
	}
	if (before === null && !dryRun) {
		// Last: until it is there, a producer finds nothing to do.
		await mongo.call(() => stencils.updateOne({ _id: CONFIG_ID }, { $setOnInsert: fresh }, { upsert: true }));
	}
	const present = before === null ? 0 : 1;
	parts.push({ what: "config document", collection: stencilCollection, present, added: 1 - present });
	const { completedTcn, maxTcn: kept } = dryRun
		? { completedTcn: before?.current_completed_tcn ?? 1, maxTcn: before?.max_tcn ?? maxTcn }
		: enumerationOf(await readConfig(), `${mongo.database}.${stencilCollection}`);
	return { parts, current_completed_tcn: completedTcn, max_tcn: kept };
}
