import { BSON } from "mongodb";
import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { Batch, BatchEvent } from "../../line/batches/batch.ts";
import { derive } from "../../line/batches/derive.ts";
import { readBatchId } from "../../line/batches/id.ts";
import { badDocument, checkDocument, whole } from "./document.ts";

const date = v.date("is not a date");
const name = v.pipe(v.string("is not a text"), v.nonEmpty("is empty"));
/** Of no weight to the query, and in documents of others often missing or something else. */
const prose = v.pipe(
	v.unknown(),
	v.transform((value) => (typeof value === "string" ? value : (JSON.stringify(value ?? undefined) ?? ""))),
);

const EVENT = v.object(
	{ type: name, success: v.boolean("is neither true nor false"), time: date, agent: prose, details: prose },
	"is not an event",
);

// The derived fields are the query's alone: what is read is derived anew.
const BATCH = v.object({
	_id: v.string("is not a text"),
	batch_id: v.string("is not a text"),
	round_trip: whole(1),
	type: name,
	created: date,
	modified: date,
	events: v.array(EVENT, "is not a list of events"),
	claim: whole(0),
	takers: v.optional(
		v.array(v.object({ component: name, claim: whole(1) }, "is not a taker"), "is not a list of takers"),
		[],
	),
	version: whole(0),
});

/** Events as the documents have them, so that fields of others in them are written back. */
const originals = new WeakMap<BatchEvent, object>();

/** A batch as its document has it. Throws a Fault "data" where that is not what it must be. */
export function batchOf(document: { readonly _id?: unknown; readonly events?: unknown }, collection: string): Batch {
	const read = checkDocument(BATCH, document, collection);
	const id = readBatchId(read._id);
	if (id?.batchId !== read.batch_id || id.roundTrip !== read.round_trip) {
		const parts = `B<batch_id>-RT<round_trip> with batch_id ${JSON.stringify(read.batch_id)} and round_trip ${read.round_trip}`;
		throw badDocument(collection, read._id, `_id is not ${parts}`);
	}
	const raw: readonly object[] = Array.isArray(document.events) ? document.events : [];
	for (const [at, event] of read.events.entries()) originals.set(event, raw[at] ?? event);
	const { type, created, modified, events, claim, takers, version } = read;
	return { ...id, type, created, modified, events, ...derive(events, modified), claim, takers, version };
}

/** A document may have 16 MiB; the rest is for fields of others. */
const MOST_BYTES = 15 * 1024 * 1024;

/** What a write may change of a batch's document, beside its version. Throws a Fault "failed" where that is too much. */
export function fieldsOf(batch: Batch) {
	const { id, modified, events, succeeded, seen, current, claim, takers } = batch;
	const raw = events.map((event) => originals.get(event) ?? event);
	const fields = { modified, events: raw, succeeded, seen, current, claim, takers };
	if (BSON.calculateObjectSize(fields) <= MOST_BYTES) return fields;
	throw new Fault("failed", `${id}: its events would be larger than ${MOST_BYTES} bytes; nothing was stored`, {
		mend: `shorten the details, or remove events: \`tangles batches show ${id}\` lists them`,
	});
}
