import { BSON } from "mongodb";
import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { Batch, BatchEvent } from "../../line/batches/batch.ts";
import { derive } from "../../line/batches/derive.ts";
import { type BatchId, ID_RULE, readBatchId } from "../../line/batches/id.ts";
import type { Stored } from "../../line/batches/malformed.ts";
import { wholeOf } from "../../line/batches/reports.ts";
import { sampled } from "./batch-cuts.ts";
import { malformed, type WrongValue, wrongValue } from "./batch-malformed.ts";
import { shown, shownId, whole } from "./document.ts";

const date = v.date("is not a date");
const name = v.pipe(v.string("is not a text"), v.nonEmpty("is empty"));
/** Text that the query does not need; documents of other programs often lack it or have another type there. */
const prose = v.pipe(
	v.optional(v.unknown(), null),
	v.transform((value) => (typeof value === "string" ? value : (JSON.stringify(value ?? undefined) ?? ""))),
);

const EVENT = v.object(
	{
		type: name,
		success: v.boolean("is neither true nor false"),
		time: date,
		agent: prose,
		details: prose,
		at_version: v.fallback(v.optional(whole(0)), undefined),
		from: v.fallback(v.optional(v.string()), undefined),
		report: v.fallback(v.optional(v.string()), undefined),
		host: v.fallback(v.optional(v.string()), undefined),
	},
	"is not an event",
);

const NOTE = { by: prose, time: date, reason: prose };
const REMOVAL = v.object(
	{
		what: prose,
		...NOTE,
		removed: v.array(v.object({ at: whole(0), event: EVENT }, "is not a removed event"), "is not a list"),
		undone: v.optional(v.object({ ...NOTE, events: whole(0) }, "is not a note")),
	},
	"is not a removal",
);

const OUTGOING = v.object({ key: name, component: name, to: name, event: EVENT }, "is not an outgoing event");

// Derived fields are not read: `derive` makes them anew. `idOf` reads the id.
const BATCH = v.object({
	type: name,
	created: date,
	modified: date,
	touched: v.fallback(v.optional(v.object({ time: date, version: whole(0) })), undefined),
	events: v.array(EVENT, "is not a list of events"),
	history: v.optional(v.array(REMOVAL, "is not a list of removals")),
	outbox: v.optional(v.array(OUTGOING, "is not a list of outgoing events")),
	claim: whole(0),
	takers: v.optional(
		v.array(v.object({ component: name, claim: whole(1) }, "is not a taker"), "is not a list of takers"),
		[],
	),
	version: whole(0),
});

/** Our own fields, those that the query compares among them. */
const OURS = new Set([
	...[
		"_id",
		"batch_id",
		"round_trip",
		"type",
		"created",
		"modified",
		"touched",
		"events",
		"claim",
		"takers",
		"version",
	],
	...["succeeded", "reached", "seen", "current", "first_event", "ready_for", "newest_failed"],
	...["history", "outbox", "writers", "list_sample"],
]);

function otherBytesOf(document: object): number {
	const others = Object.entries(document).filter(([field]) => !OURS.has(field));
	return others.length === 0 ? 0 : BSON.calculateObjectSize(Object.fromEntries(others));
}

/** Events as the documents have them: fields of other programs in them are written back. */
const originals = new WeakMap<BatchEvent, object>();

function noteOriginals(events: readonly BatchEvent[], raw: unknown): void {
	const objects: readonly object[] = Array.isArray(raw) ? raw : [];
	for (const [at, event] of events.entries()) originals.set(event, objects[at] ?? event);
}

/** The event as its document has it, or is to have it where its details were cut. */
function originalOf(event: BatchEvent): object {
	const own = originals.get(event);
	if (own !== undefined) return own;
	const { details, report } = event;
	const before = originals.get(wholeOf(event));
	return before === undefined ? event : { ...before, details, report };
}

/** A document of the batch collection. */
export interface BatchDocument {
	readonly _id?: unknown;
	readonly batch_id?: unknown;
	readonly round_trip?: unknown;
	readonly created?: unknown;
	readonly first_event?: unknown;
	readonly events?: unknown;
	readonly history?: unknown;
}

/** The id that `_id`, `batch_id` and `round_trip` agree on, or which of them does not fit. */
function idOf({ _id, batch_id, round_trip }: BatchDocument): BatchId | WrongValue[] {
	const id = typeof _id === "string" ? readBatchId(_id) : undefined;
	if (id === undefined) {
		const text = `_id is not a batch's full id, ${ID_RULE} (found ${shownId(_id)})`;
		return [{ field: "_id", text, example: undefined }];
	}
	const wrong: WrongValue[] = [];
	const check = (field: string, found: unknown, must: string | number) => {
		if (found === must) return;
		const example = JSON.stringify(must);
		wrong.push({ field, text: `${field} is not ${example} as in _id (found ${shown(found)})`, example });
	};
	check("batch_id", batch_id, id.batchId);
	check("round_trip", round_trip, id.roundTrip);
	return wrong.length === 0 ? id : wrong;
}

/** Documents as they were read, for fields that are none of ours. */
const documents = new WeakMap<Stored, object>();

/** Fields of the document that `stored` was read from, by their names; null for one that it does not have. */
export function documentFields(stored: Stored, names: readonly string[]): Record<string, unknown> {
	const fields = new Map(Object.entries(documents.get(stored) ?? {}));
	return Object.fromEntries(names.map((name) => [name, fields.get(name) ?? null]));
}

/** A batch as its document has it, or what is wrong with the document. `collection` is `<database>.<collection>`. */
export function storedOf(document: BatchDocument, collection: string): Stored {
	const stored = readDocument(document, collection);
	documents.set(stored, document);
	return stored;
}

function readDocument(document: BatchDocument, collection: string): Stored {
	const id = idOf(document);
	const result = v.safeParse(BATCH, document);
	if (!result.success || Array.isArray(id)) {
		const wrong = [...(Array.isArray(id) ? id : []), ...(result.issues ?? []).map(wrongValue)];
		return malformed(document, collection, wrong);
	}
	const { output: read } = result;
	noteOriginals(read.events, document.events);
	for (const [at, { removed }] of (read.history ?? []).entries()) {
		const raw = (document.history as readonly { readonly removed: readonly { readonly event: object }[] }[])[at];
		noteOriginals(
			removed.map(({ event }) => event),
			raw?.removed.map(({ event }) => event),
		);
	}
	const { type, created, modified, touched, events, history, outbox, claim, takers, version } = read;
	return {
		...id,
		type,
		created,
		modified,
		touched,
		events,
		...derive(events, { created, modified, touched }),
		...(history === undefined ? {} : { history }),
		...(outbox === undefined ? {} : { outbox }),
		claim,
		takers,
		version,
		otherBytes: otherBytesOf(document),
	};
}

/**
 * What our own fields may have, and all together: a document may have 16 MiB, `writers` and the names of fields among
 * them.
 */
const MOST_BYTES = 15 * 1024 * 1024;
const MOST_IN_ALL = 16 * 1024 * 1024 - 64 * 1024;

function changing({ id, modified, touched, events, history, outbox, claim, takers, ...derived }: Batch) {
	const { succeeded, seen, current, firstEvent } = derived;
	const removals = history?.map(({ removed, ...note }) => ({
		...note,
		removed: removed.map(({ at, event }) => ({ at, event: originalOf(event) })),
	}));
	return {
		modified,
		...(touched === undefined ? {} : { touched }),
		events: events.map(originalOf),
		...(removals === undefined ? {} : { history: removals }),
		...(outbox === undefined ? {} : { outbox }),
		succeeded,
		reached: succeeded,
		seen,
		current,
		first_event: firstEvent,
		...sampled(id),
		claim,
		takers,
	};
}

function room(fields: object, otherBytes: number): number {
	const bytes = BSON.calculateObjectSize(fields);
	return Math.min(MOST_BYTES - bytes, MOST_IN_ALL - bytes - otherBytes);
}

/** How many bytes more the batch's document can have; negative where it has too many. */
export function roomOf(batch: Batch): number {
	return room(changing(batch), batch.otherBytes);
}

/**
 * What a write may change of a batch's document, beside its version. Throws a Fault "failed" where that is too much.
 */
export function fieldsOf(batch: Batch) {
	const { id, otherBytes } = batch;
	const fields = changing(batch);
	if (room(fields, otherBytes) >= 0) return fields;
	const most = Math.min(MOST_BYTES, MOST_IN_ALL - otherBytes);
	throw new Fault("failed", `${id}: its events would be larger than ${most} bytes; nothing was stored`, {
		hint: `shorten the details, or remove events: \`tangles batches show ${id}\` lists them`,
	});
}
