import { type Document, ObjectId } from "mongodb";
import type { Mongo } from "./connection.ts";
import { idsFrom, inRange, TangleRanges } from "./tangle-ranges.ts";

const QUERY_MS = 10_000;
const LEAST_ID = new ObjectId("0".repeat(24));

/**
 * Seconds from the first tangle of a TCN stored to the last, by the times that their ids begin with; null where it has
 * none. Two reads of an index, however many tangles there are, each of an end of them.
 */
export async function secondsOfTcn(mongo: Mongo, collection: string, tcn: number): Promise<number | null> {
	const documents = mongo.db.collection<Document>(collection);
	const ranges = idsFrom(await new TangleRanges(mongo, collection).ofIds(tcn), LEAST_ID);
	const end = async (order: 1 | -1): Promise<number | undefined> => {
		const options = { sort: { _id: order }, limit: 1, projection: { _id: 1 } } as const;
		for (const range of order === 1 ? ranges : ranges.toReversed()) {
			const query = documents.find(inRange({ TCN: tcn }, "_id", range), options);
			const [document] = await mongo.call(() => query.clone().toArray(), { attemptMs: QUERY_MS });
			if (document?._id instanceof ObjectId) return document._id.getTimestamp().getTime() / 1000;
		}
		return undefined;
	};
	const [first, last] = await Promise.all([end(1), end(-1)]);
	return first === undefined || last === undefined ? null : last - first;
}
