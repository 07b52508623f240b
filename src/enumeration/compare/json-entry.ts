import { type TableEntry, unreadableEntry } from "./table-entry.ts";

/** A line of JSON Lines: an object with a notation, and any of the attributes. */
export function jsonEntry(line: string, offset: number): TableEntry {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch (error) {
		if (error instanceof SyntaxError) return unreadableEntry(offset, line, "the line is no JSON");
		throw error;
	}
	if (typeof value !== "object" || value === null) return unreadableEntry(offset, line, "the line is no JSON object");
	const { notation, TCN, is_good, positivity } = value as Readonly<Record<string, unknown>>;
	if (typeof notation !== "string") return unreadableEntry(offset, line, "the object has no notation");
	return { offset, notation, said: { TCN, is_good, positivity }, unreadable: undefined };
}
