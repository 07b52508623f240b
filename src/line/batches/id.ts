import { Fault } from "../../base/fault.ts";
import { isPathPart } from "../../locks/names.ts";
import type { Batch } from "./batch.ts";
import { derive } from "./derive.ts";

/** A batch's full id and what it is made of. */
export type BatchId = Pick<Batch, "id" | "batchId" | "roundTrip">;

/**
 * The round trip has one spelling, so that one batch has one lock. Round trip 0 is a batch that is known before its
 * first delivery.
 */
const FULL_ID = /^B([^\s/\p{C}]+)-RT(0|[1-9]\d{0,8})$/u;
/** Bytes: a full id is an indexed `_id`, and a part of a lock's path. */
const LONGEST = 200;

/** What a full id is, for messages. */
export const ID_RULE = `B<batch id>-RT<round trip>, such as B400022028241-RT1: no blanks, no /, nothing that ZooKeeper refuses in a path (emoji, private use), at most ${LONGEST} bytes`;

/** The parts of a full id. Throws a usage fault where it is malformed. */
export function parseBatchId(text: string): BatchId {
	const read = readBatchId(text);
	if (read !== undefined) return read;
	throw new Fault("usage", `${JSON.stringify(text)} is not a batch's full id`, { hint: `write ${ID_RULE}` });
}

/** The parts of a full id, or undefined where it is malformed. */
export function readBatchId(text: string): BatchId | undefined {
	const [, batchId, roundTrip] = FULL_ID.exec(text) ?? [];
	if (batchId === undefined || Buffer.byteLength(text) > LONGEST || !isPathPart(text)) return undefined;
	return { id: text, batchId, roundTrip: Number(roundTrip) };
}

/** The full id of a round trip. */
export const fullId = (batchId: string, roundTrip: number) => `B${batchId}-RT${roundTrip}`;

/** A batch that nothing has happened to yet. */
export function newBatch({ id, batchId, roundTrip }: BatchId, type: string, created: Date): Batch {
	return {
		...{ id, batchId, roundTrip, type, created, modified: created },
		...{ events: [], ...derive([], { created, modified: created }), claim: 0, takers: [], version: 0, otherBytes: 0 },
	};
}
