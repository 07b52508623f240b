import * as v from "valibot";
import { Fault, isFault } from "../../base/fault.ts";
import type { Mongo } from "./connection.ts";

const SCRATCH = "tangles_doctor";

/** What a server says of itself. */
export interface MongoFacts {
	readonly version: string;
	/** FerretDB 1.x: its updates read, then replace the whole document. */
	readonly losesWrites: boolean;
	/** Its time, ms since 1970; undefined where it does not say. */
	readonly clockMs: number | undefined;
}

const HELLO = v.object({ localTime: v.optional(v.date()) });
const BUILD = v.object({
	version: v.string(),
	ferretdbVersion: v.optional(v.string()),
	secantusVersion: v.optional(v.string()),
});

/** Asks the server who it is; also proves that the login is accepted. */
export async function mongoFacts(mongo: Mongo): Promise<MongoFacts> {
	const hello = await mongo.call((db) => db.command({ hello: 1 }));
	const { localTime } = v.parse(HELLO, hello);
	const build = await buildOf(mongo);
	// `hello` is answered before any login; this is not.
	await mongo.call((db) => db.listCollections({}, { nameOnly: true }).toArray());
	return { version: build.version, losesWrites: build.ferretdbVersion !== undefined, clockMs: localTime?.getTime() };
}

/** How dear some questions are to a server. */
export interface Engine {
	/** False where it reads a whole collection for each question, whatever its indexes: FerretDB 1.x. */
	readonly goesAlongIndexes: boolean;
	/** False where it counts the documents of a collection one by one: SecantusDB. */
	readonly knowsCounts: boolean;
}

/** Asks the server what it is. Others than the two are taken for MongoDB. */
export async function engineOf(mongo: Mongo, signal?: AbortSignal): Promise<Engine> {
	const { ferretdbVersion, secantusVersion } = await buildOf(mongo, signal);
	return { goesAlongIndexes: ferretdbVersion === undefined, knowsCounts: secantusVersion === undefined };
}

async function buildOf(mongo: Mongo, signal?: AbortSignal) {
	const options = signal === undefined ? {} : { signal };
	return v.parse(BUILD, await mongo.call((db) => db.admin().command({ buildInfo: 1 }), options));
}

/** Writes and deletes a document in a scratch collection. Throws "refused" where the user may not. */
export async function tryWriting(mongo: Mongo): Promise<void> {
	const scratch = mongo.db.collection<{ _id: string }>(SCRATCH);
	const _id = crypto.randomUUID();
	// First, or a user who may write and not delete would leave a document behind at each check.
	await mongo.call(() => scratch.deleteOne({ _id }));
	await mongo.call(() => scratch.updateOne({ _id }, { $set: { tried: 1 } }, { upsert: true }));
	const { deletedCount } = await mongo.call(() => scratch.deleteOne({ _id }));
	if (deletedCount !== 1)
		throw new Fault("failed", `${mongo.database}.${SCRATCH}: what was written could not be deleted`);
	try {
		await mongo.call(() => scratch.drop());
	} catch (error) {
		// An empty collection is left to a user who may not drop it.
		if (!isFault(error, "refused")) throw error;
	}
}
