import * as v from "valibot";
import { name } from "./schemas.ts";

const bytes = (text: string) => Buffer.byteLength(text);

/** A name MongoDB takes for a collection. */
export const collectionName = v.pipe(
	name,
	v.check((value) => !value.includes("$"), "holds a $; expected a collection name without it"),
	v.check(
		(value) => !value.startsWith("system."),
		"begins with system., which MongoDB keeps for itself; expected another name",
	),
	v.check(
		(value) => !/^\.|\.\.|\.$/.test(value),
		"has a dot at an end or two in a row; expected single dots between parts",
	),
	// MongoDB's limit of 255 bytes is for database and collection together; the database takes up to 64.
	v.check((value) => bytes(value) <= 190, "is too long; expected up to 190 bytes"),
);

/** What is wrong with a database name, or undefined. */
export function wrongDatabase(value: string): string | undefined {
	if (/[/\\. "$*<>:|?]/.test(value)) return 'holds one of / \\ . " $ * < > : | ? or a blank; expected a database name';
	return bytes(value) > 63 ? "is too long; expected up to 63 bytes" : undefined;
}

/** A name MongoDB takes for a database. */
export const databaseName = v.pipe(
	name,
	v.check(
		(value) => wrongDatabase(value) === undefined,
		(issue) => wrongDatabase(issue.input) ?? "",
	),
);
