/** What a table says of a tangle beside its notation, as it says it; what it does not say is undefined. */
export interface SaidAttributes {
	readonly TCN?: unknown;
	readonly is_good?: unknown;
	readonly positivity?: unknown;
}

/** One entry of a table's file. */
export interface TableEntry {
	/** Bytes of the file before it, uncompressed. */
	readonly offset: number;
	/** The notation as it stands there; of an entry that cannot be read, its beginning. */
	readonly notation: string;
	readonly said: SaidAttributes;
	/** Why the entry cannot be read; undefined where it can. */
	readonly unreadable: string | undefined;
}

/** Reads the entries of one file, bytes for characters: all that a notation has is ASCII. */
export interface EntryReader {
	/** The entries that these bytes complete. */
	add(bytes: Uint8Array): Iterable<TableEntry>;
	/** What came without an end. */
	end(): Iterable<TableEntry>;
}

/** Of an entry that cannot be read so many characters are shown. */
const SHOWN = 60;
const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

/** Makes an entry that cannot be read. */
export function unreadableEntry(offset: number, text: string, why: string): TableEntry {
	const notation = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
	return { offset, notation, said: {}, unreadable: why };
}

/** A character a byte. */
export function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
	return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

/** The Latin-1 text of a file's beginning without a byte order mark. */
export function withoutMark(text: string): string {
	return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}
