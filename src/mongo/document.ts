import { ObjectId } from "mongodb";
import * as v from "valibot";
import { Fault } from "../base/fault.ts";

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

const shown = (value: unknown) => {
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
): v.InferOutput<S> {
	const result = v.safeParse(schema, document);
	if (result.success) return result.output;
	const wrong = result.issues.map((issue) => {
		const field = v.getDotPath(issue) ?? "";
		return `${field} ${issue.message} (found ${shown(issue.input)})`;
	});
	throw badDocument(collection, document._id, wrong.join("; "));
}

/** The Fault for a document that is not what it must be. */
export function badDocument(collection: string, id: unknown, what: string): Fault {
	const name = id instanceof ObjectId ? id.toHexString() : shown(id);
	return new Fault("data", `${collection}: document _id ${name}: ${what}`, {
		mend: "mend or remove that document; nothing was changed in it",
	});
}
