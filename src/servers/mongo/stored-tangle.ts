import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import { read } from "../../enumeration/tangles/read.ts";
import type { TangleFields } from "../../enumeration/tangles/tangle.ts";
import { badDocument, checkDocument, whole } from "./document.ts";

/** The fields that are read of a tangle's document. */
export const TANGLE_FIELDS = { notation: 1, TCN: 1, is_good: 1, positivity: 1 } as const;

const TANGLE = v.object({
	notation: v.string("is not a text"),
	TCN: whole(-1),
	is_good: v.boolean("is neither true nor false"),
	positivity: v.picklist(["neutral", "positive", "negative"], "is none of neutral, positive, negative"),
});

/**
 * A stored tangle, checked against its notation. Throws a Fault "data" that names the document where something is
 * wrong.
 */
export function tangleOf(document: { readonly _id?: unknown }, collection: string): TangleFields {
	const tangle = checkDocument(TANGLE, document, collection);
	try {
		read(tangle);
	} catch (error) {
		if (error instanceof Fault) throw badDocument(collection, document._id, error.message);
		throw error;
	}
	return tangle;
}
