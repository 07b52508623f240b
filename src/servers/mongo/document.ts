import { ObjectId } from "mongodb";
import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { WrongField } from "../../enumeration/stencils/snapshot.ts";

/** An ObjectId, given as its 24 hexadecimal digits. */
export const objectId = v.pipe(
	v.instance(ObjectId, "is not an ObjectId"),
	v.transform((id) => id.toHexString()),
);

/** A whole number, however BSON keeps it. */
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => {
	const message = `is not a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? " on" : ` to ${most}`}`;
	return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};

/** Greater numbers are no epoch of a producer: with much larger ones, one more would be the same number. */
export const LARGEST_EPOCH = 2 ** 50;

/** A field's value, for messages. */
export const shown = (value: unknown) => {
	const text = JSON.stringify(value) ?? "nothing";
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/**
 * The document as `schema` gives it. Throws a Fault "data" with the collection, the `_id`, and every field that is not
 * what it must be.
 */
export function checkDocument<S extends v.GenericSchema<unknown, unknown>>(
	schema: S,
	document: { readonly _id?: unknown },
	collection: string,
	hint?: string,
): v.InferOutput<S> {
	const result = v.safeParse(schema, document);
	if (result.success) return result.output;
	throw badDocument(collection, document._id, result.issues.map((issue) => sayIssue(issue)).join("; "), hint);
}

/**
 * What is wrong with a field: `state is none of ... (found 7)`; `within` is the field that the issue's path starts
 * from.
 */
export function sayIssue(issue: v.BaseIssue<unknown>, within = ""): string {
	const path = [...(within === "" ? [] : [within]), ...(v.getDotPath(issue)?.split(".") ?? [])].join(".");
	return `${path} ${issue.message} (found ${shown(issue.input)})`;
}

type Readable<S extends v.ObjectEntries> = { readonly [K in keyof S]?: v.InferOutput<S[K]> };

/** The fields of `document` that are what `schemas` says, each checked by itself, and what is wrong with the others. */
export function readFields<S extends v.ObjectEntries>(
	schemas: S,
	document: object,
): { fields: Readable<S>; wrong: WrongField[] } {
	const fields: Record<string, unknown> = {};
	const wrong: WrongField[] = [];
	const stored = new Map<string, unknown>(Object.entries(document));
	for (const [field, schema] of Object.entries(schemas)) {
		const result = v.safeParse(schema, stored.get(field));
		if (result.success) fields[field] = result.output;
		else wrong.push({ field, text: result.issues.map((issue) => sayIssue(issue, field)).join("; ") });
	}
	return { fields: fields as Readable<S>, wrong };
}

/** A document's `_id`, for messages. */
export function shownId(id: unknown): string {
	return id instanceof ObjectId ? id.toHexString() : shown(id);
}

/** The Fault for a document that is not what it must be. */
export function badDocument(collection: string, id: unknown, what: string, hint = BY_HAND): Fault {
	return new Fault("data", `${collection}: document _id ${shownId(id)}: ${what}`, { hint });
}

const BY_HAND = "repair or remove that document; nothing was changed in it";
/** What to do about a document of the stencil collection. */
export const RECOVER = "`tangles recover --dry-run` says what it can repair, and what a person has to";
