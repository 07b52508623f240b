import { type Document, ObjectId } from "mongodb";
import { type MeasuredRate, measuredRate } from "../../enumeration/plan/measured-rate.ts";
import { countTangles } from "../../enumeration/tangles/grammar/counts.ts";
import { sampleOf } from "../../enumeration/tangles/grammar/sample.ts";
import { integralTangles } from "../../enumeration/tangles/integral.ts";
import type { Mongo } from "./connection.ts";
import { idsFrom, idsOf, inRange, TangleRanges } from "./tangle-ranges.ts";

const QUERY_MS = 10_000;
const LEAST_ID = new ObjectId("0".repeat(24));
/** Tangles of a TCN whose times are looked up. */
const SAMPLES = 1000;

/** Stored by `init`, long before the jobs of their TCN. */
const INTEGRAL = new Set(integralTangles().map(({ notation }) => notation));
/** Of each sign, with and without a stick above. */
const MOST_INTEGRAL = 4;

const secondsOf = (id: ObjectId) => id.getTimestamp().getTime() / 1000;

/**
 * Seconds from the first tangle of a TCN that a job stored to the last, by the times that their ids begin with; null
 * where there is none. Two reads of an index, however many tangles there are, each of an end of them.
 */
export async function secondsOfTcn(mongo: Mongo, collection: string, tcn: number): Promise<number | null> {
	const documents = mongo.db.collection<Document>(collection);
	const ranges = idsFrom(await new TangleRanges(mongo, collection).ofIds(tcn), LEAST_ID);
	const end = async (order: 1 | -1): Promise<number | undefined> => {
		const options = { sort: { _id: order }, limit: MOST_INTEGRAL + 1, projection: { notation: 1 } } as const;
		for (const range of order === 1 ? ranges : ranges.toReversed()) {
			const query = documents.find(inRange({ TCN: tcn }, "_id", range), options);
			const found = await mongo.call(() => query.clone().toArray(), { attemptMs: QUERY_MS });
			const id = found.find(({ notation }) => !INTEGRAL.has(notation))?._id;
			if (id instanceof ObjectId) return secondsOf(id);
		}
		return undefined;
	};
	const [first, last] = await Promise.all([end(1), end(-1)]);
	return first === undefined || last === undefined ? null : last - first;
}

/** How fast a complete TCN was stored, by the ids of a sample of it; undefined where that took too little time. */
export async function rateOfTcn(mongo: Mongo, collection: string, tcn: number): Promise<MeasuredRate | undefined> {
	const total = Number(countTangles(tcn).at(-1)?.total ?? 0n);
	const sample = sampleOf(tcn, SAMPLES).filter((notation) => !INTEGRAL.has(notation));
	const ids = await idsOf(mongo, mongo.db.collection(collection), sample);
	return measuredRate(tcn, ids.map(secondsOf), total / sample.length);
}
