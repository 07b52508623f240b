import { ObjectId } from "mongodb";
import type * as v from "valibot";
import { Malformed, type Place, type WrongBatchField } from "../../line/batches/malformed.ts";
import { sayIssue, shownId } from "./document.ts";

const A_DATE = 'ISODate("2026-01-31T13:45:00Z")';

/** A well-formed value for each field, as mongosh writes it; people put their own in its place. */
const EXAMPLES: Readonly<Record<string, string>> = {
	...{ created: A_DATE, modified: A_DATE, time: A_DATE },
	...{ type: '"TYPE"', component: '"NAME"', success: "true" },
	...{ events: "[]", takers: "[]", history: "[]", outbox: "[]", removed: "[]", claim: "1", version: "0", at: "0" },
	...{ event: '{ type: "TYPE", success: true, time: ISODate("2026-01-31T13:45:00Z") }' },
};
const LAST_TEXT = "\u{10ffff}";
/** A list of ours without the seal that is its first item: `src/line/stations/README.md` says what follows. */
const UNDERIVED = '"current": []';
const AN_EVENT = `{ type: "TYPE", success: true, time: ${A_DATE} }`;

/** What is wrong with one field, and a value that would be right. */
export interface WrongValue extends WrongBatchField {
	/** As mongosh writes it; undefined where the field cannot be changed. */
	readonly example: string | undefined;
}

/** The field that an issue of the document's schema is about. */
export function wrongValue(issue: v.BaseIssue<unknown>): WrongValue {
	const keys = (issue.path ?? []).map(({ key }) => String(key));
	const last = keys.at(-1) ?? "";
	const element = keys[0] === "events" ? AN_EVENT : '{ component: "NAME", claim: 1 }';
	const example = /^\d+$/.test(last) ? element : EXAMPLES[last];
	return { field: keys.join("."), text: sayIssue(issue), example };
}

/** How to name a document in mongosh. */
function idInShell(id: unknown): string {
	return id instanceof ObjectId ? `ObjectId("${id.toHexString()}")` : JSON.stringify(id);
}

/** How to correct the fields by hand: no command of ours corrects a document that it cannot read. */
function byHand(collection: string, id: unknown, wrong: readonly WrongValue[]): string {
	const [, name = ""] = /^[^.]+\.(.*)$/s.exec(collection) ?? [];
	const documents = `db.getCollection(${JSON.stringify(name)})`;
	const filter = `{ _id: ${idInShell(id)} }`;
	const fixed = wrong.filter(({ example }) => example !== undefined);
	if (fixed.length < wrong.length) {
		return `an _id cannot be changed: add the batch under a well-formed one, then, in mongosh: ${documents}.deleteOne(${filter})`;
	}
	// Without its seal: what was derived of the malformed document, or before it was one, is derived anew.
	const values = [...fixed.map(({ field, example }) => `${JSON.stringify(field)}: ${example}`), UNDERIVED].join(", ");
	return `correct it by hand, in mongosh, with the right values: ${documents}.updateOne(${filter}, { $set: { ${values} } })`;
}

const dateIn = (value: unknown) => (value instanceof Date && !Number.isNaN(value.getTime()) ? value : undefined);

/** Where a document stands in lists: by what it has, not by what follows from its events. */
export function placeInList({ _id, first_event, created }: PlacedDocument): Place {
	// In the order of BSON types null and numbers stand before all texts, every other type behind them.
	const beside = typeof _id === "number" || _id === null ? "" : LAST_TEXT;
	const id = typeof _id === "string" ? _id : beside;
	return { firstEvent: dateIn(first_event), created: dateIn(created), id };
}

/** What a document's place in a list depends on. */
export interface PlacedDocument {
	readonly _id?: unknown;
	readonly first_event?: unknown;
	readonly created?: unknown;
}

/** The document as one that is no batch. `collection` is `<database>.<collection>`. */
export function malformed(document: PlacedDocument, collection: string, wrong: readonly WrongValue[]): Malformed {
	const { _id } = document;
	return new Malformed(
		{
			id: typeof _id === "string" ? _id : shownId(_id),
			place: placeInList(document),
			where: `${collection}: document _id ${shownId(_id)}`,
		},
		wrong.map(({ field, text }) => ({ field, text })),
		byHand(collection, _id, wrong),
	);
}
