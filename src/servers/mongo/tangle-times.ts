import { type Document, ObjectId } from "mongodb";
import type { Mongo } from "./connection.ts";

const QUERY_MS = 10_000;

/**
 * Seconds from the first tangle of a TCN stored to the last, by the times that their ids begin with; null where it has
 * none. Two reads of an index, however many tangles there are.
 */
export async function secondsOfTcn(mongo: Mongo, collection: string, tcn: number): Promise<number | null> {
	const end = async (order: 1 | -1): Promise<number | undefined> => {
		const options = { sort: { _id: order }, limit: 1, projection: { _id: 1 } } as const;
		const query = mongo.db.collection<Document>(collection).find({ TCN: tcn }, options);
		const [document] = await mongo.call(() => query.clone().toArray(), { attemptMs: QUERY_MS });
		return document?._id instanceof ObjectId ? document._id.getTimestamp().getTime() / 1000 : undefined;
	};
	const [first, last] = await Promise.all([end(1), end(-1)]);
	return first === undefined || last === undefined ? null : last - first;
}
