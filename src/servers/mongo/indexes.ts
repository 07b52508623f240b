import { type Collection, type Document, MongoServerError } from "mongodb";
import { Fault } from "../../base/fault.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";

/** An index that must be there. */
export interface NeededIndex {
	readonly key: Readonly<Record<string, 1 | -1>>;
	readonly unique: boolean;
}

const NAMESPACE_NOT_FOUND = 26;

async function existing(collection: Collection): Promise<Document[]> {
	try {
		return await collection.listIndexes().toArray();
	} catch (error) {
		if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
		throw error;
	}
}

const sameKey = (a: object, b: object) => JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b));
const shown = (key: object) => `{${Object.keys(key).join(", ")}}`;

/** The fields of each unique index, such as `notation` or `TCN, notation`; that on `_id` left out. */
export async function uniqueKeys(mongo: Mongo, collectionName: string): Promise<string[]> {
	const known = await mongo.call(() => existing(mongo.db.collection(collectionName)));
	const keys = known.filter(({ unique }) => unique === true).map(({ key }) => Object.keys(key).join(", "));
	return keys.filter((key) => key !== "_id");
}

/**
 * Creates those of `needed` that no existing index has the keys of, unless `dryRun`. Gives how many were there and how
 * many were missing. Throws a Fault "data" where the data or an existing index stand against a unique one.
 */
export async function ensureIndexes(
	mongo: Mongo,
	collectionName: string,
	needed: readonly NeededIndex[],
	dryRun: boolean,
): Promise<{ present: number; added: number }> {
	const collection = mongo.db.collection(collectionName);
	const name = `${mongo.database}.${collectionName}`;
	const known = await mongo.call(() => existing(collection));
	let present = 0;
	for (const { key, unique } of needed) {
		const like = known.find((index) => sameKey(index.key, key));
		if (like !== undefined && unique && like.unique !== true) {
			throw new Fault("data", `${name}: the index "${like.name}" on ${shown(key)} is not unique`, {
				hint: `drop that index and start again; \`tangles init\` makes it unique`,
			});
		}
		if (like !== undefined) {
			present += 1;
			continue;
		}
		if (dryRun) continue;
		try {
			await mongo.call(() => collection.createIndex({ ...key }, { unique }));
		} catch (error) {
			if (!isDuplicate(error)) throw error;
			throw new Fault("data", `${name}: several documents have the same ${shown(key)}, which must be unique`, {
				hint: "remove the repeated documents and start again",
				cause: error,
			});
		}
	}
	return { present, added: needed.length - present };
}
