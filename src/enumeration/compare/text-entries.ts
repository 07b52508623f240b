import { LABEL } from "../tangles/print.ts";
import { type EntryReader, latin1, type TableEntry, unreadableEntry, withoutMark } from "./table-entry.ts";

/** A notation has up to 204 characters, and white space may follow it. */
const LONGEST_ENTRY = 4000;

/**
 * Notations side by side: each begins with the label and ends where the next one begins, or with white space before
 * that. What stands before the first label, or is longer than an entry may be, cannot be read; memory is one entry.
 */
export class TextEntries implements EntryReader {
	/** From the last label on. */
	#rest = "";
	/** Place of the rest in the file. */
	#at = 0;
	/** The beginning of the rest is out as an entry; what follows up to the next label is left out. */
	#isSkipping = false;

	*add(bytes: Uint8Array): Generator<TableEntry, void, undefined> {
		const all = this.#rest + latin1(bytes);
		const begin = this.#at;
		// Of what was kept only the first character can be a label.
		let from = 0;
		let next = all.indexOf(LABEL, this.#isSkipping ? 0 : Math.max(this.#rest.length, 1));
		while (next >= 0) {
			if (!this.#isSkipping) yield* entry(begin + from, all.slice(from, next));
			this.#isSkipping = false;
			from = next;
			next = all.indexOf(LABEL, from + 1);
		}
		this.#rest = all.slice(from);
		this.#at = begin + from;
		if (!this.#isSkipping && this.#rest.length > LONGEST_ENTRY) {
			yield* entry(this.#at, this.#rest);
			this.#isSkipping = true;
		}
		if (this.#isSkipping) {
			this.#at += this.#rest.length;
			this.#rest = "";
		}
	}

	*end(): Generator<TableEntry, void, undefined> {
		if (!this.#isSkipping) yield* entry(this.#at, this.#rest);
	}
}

function* entry(offset: number, text: string): Generator<TableEntry, void, undefined> {
	if (text.length > LONGEST_ENTRY) {
		yield unreadableEntry(offset, text, `no next notation within ${LONGEST_ENTRY} characters`);
		return;
	}
	const notation = (offset === 0 ? withoutMark(text) : text).trimEnd();
	if (notation.startsWith(LABEL)) yield { offset, notation, said: {}, unreadable: undefined };
	else if (notation.trim() !== "") {
		const start = offset + text.length - text.trimStart().length;
		yield unreadableEntry(start, notation.trim(), `it does not begin with ${LABEL}`);
	}
}
