import { LineCutter, type LinePiece } from "../../base/line-cutter.ts";
import { type EntryReader, latin1, type TableEntry, unreadableEntry, withoutMark } from "./table-entry.ts";

/** Others' documents may have more fields than ours. */
const LONGEST_LINE = 65_536;

/** Reads one line, without its end and the white space around it; undefined where it is no entry. */
export type LineReader = (line: string, offset: number) => TableEntry | undefined;

/** Entries of a line each; empty lines are passed over. */
export class LineEntries implements EntryReader {
	readonly #cutter = new LineCutter(LONGEST_LINE);
	readonly #read: LineReader;

	constructor(read: LineReader) {
		this.#read = read;
	}

	*add(bytes: Uint8Array): Generator<TableEntry, void, undefined> {
		for (const piece of this.#cutter.add(bytes)) yield* this.#entries(piece);
	}

	*end(): Generator<TableEntry, void, undefined> {
		const last = this.#cutter.end();
		if (last !== undefined) yield* this.#entries(last);
	}

	*#entries({ at, bytes, isCut }: LinePiece): Generator<TableEntry, void, undefined> {
		let offset = at;
		for (const line of latin1(bytes).split("\n")) {
			const text = (offset === 0 ? withoutMark(line) : line).trim();
			const entry = text === "" ? undefined : this.#entry(text, offset + line.indexOf(text), isCut);
			if (entry !== undefined) yield entry;
			offset += line.length + 1;
		}
	}

	#entry(text: string, offset: number, isCut: boolean): TableEntry | undefined {
		if (isCut) return unreadableEntry(offset, text, `the line has more than ${LONGEST_LINE} bytes`);
		return this.#read(text, offset);
	}
}
