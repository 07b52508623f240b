import { csvRows } from "./csv-rows.ts";
import { jsonEntry } from "./json-entry.ts";
import { LineEntries } from "./line-entries.ts";
import { type EntryReader, latin1, type TableEntry, withoutMark } from "./table-entry.ts";
import { TextEntries } from "./text-entries.ts";

/** By so many bytes of a file its format is told. */
const TOLD_BY = 4000;

/**
 * The entries of a file, in its order, in batches. The format is told from the content: where it begins with `{` it is
 * JSON Lines; a first line with the word "notation" is the head of CSV; all else are notations side by side.
 */
export async function* tableEntries(
	chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly TableEntry[], void, undefined> {
	let head: Uint8Array = new Uint8Array();
	let reader: EntryReader | undefined;
	for await (const chunk of chunks) {
		if (reader !== undefined) yield [...reader.add(chunk)];
		else {
			head = Buffer.concat([head, chunk]);
			if (head.length < TOLD_BY) continue;
			reader = readerOf(head);
			yield [...reader.add(head)];
		}
	}
	if (reader === undefined) {
		reader = readerOf(head);
		yield [...reader.add(head)];
	}
	yield [...reader.end()];
}

function readerOf(head: Uint8Array): EntryReader {
	const text = withoutMark(latin1(head.subarray(0, TOLD_BY))).trimStart();
	if (text.startsWith("{")) return new LineEntries(jsonEntry);
	const [firstLine = ""] = text.split("\n");
	return firstLine.includes("notation") ? new LineEntries(csvRows()) : new TextEntries();
}
