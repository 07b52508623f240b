const LINE_END = 10;

/** A part of a stream. */
export interface LinePiece {
	/** Bytes of the stream before this piece. */
	readonly at: number;
	/** Whole lines with their ends; without the last one's where the stream has ended, or where `isCut`. */
	readonly bytes: Uint8Array;
	/** True where this is the beginning of one line that is too long. What follows in it is left out. */
	readonly isCut: boolean;
}

/**
 * Cuts one stream into pieces of whole lines, in whatever chunks it comes. No line of a piece, and no piece without its
 * last line end, has more than `most` bytes, so that a stream without line ends does not fill the memory.
 */
export class LineCutter {
	readonly #most: number;
	/** The beginning of a line that has not ended. */
	#rest: Uint8Array[] = [];
	#restLength = 0;
	/** Bytes of the stream in the chunks before this one. */
	#before = 0;
	/** The line's beginning is out as a piece; what follows up to its end is left out. */
	#isSkipping = false;

	constructor(most: number) {
		this.#most = most;
	}

	/** The pieces that `bytes` complete. They may share its memory. */
	*add(bytes: Uint8Array): Generator<LinePiece> {
		let from = 0;
		while (from < bytes.length) {
			if (this.#isSkipping) {
				from = bytes.indexOf(LINE_END, from) + 1;
				if (from === 0) break;
				this.#isSkipping = false;
				continue;
			}
			const room = this.#most - this.#restLength;
			const length = bytes.subarray(from, from + room + 1).lastIndexOf(LINE_END) + 1;
			if (length > 0) {
				yield this.#piece(bytes.subarray(from, from + length), from, false);
				from += length;
			} else if (bytes.length - from > room) {
				yield this.#piece(bytes.subarray(from, from + room), from, true);
				from += room;
				this.#isSkipping = true;
			} else {
				// A copy: a view would keep the whole chunk in memory.
				this.#rest.push(Uint8Array.from(bytes.subarray(from)));
				this.#restLength += bytes.length - from;
				break;
			}
		}
		this.#before += bytes.length;
	}

	/** What came without a line end; undefined where there is nothing. */
	end(): LinePiece | undefined {
		return this.#restLength === 0 ? undefined : this.#piece(new Uint8Array(), 0, false);
	}

	/** What was kept, and `bytes`, which begin at `from` of the chunk. */
	#piece(bytes: Uint8Array, from: number, isCut: boolean): LinePiece {
		const at = this.#before + from - this.#restLength;
		return { at, bytes: this.#withRest(bytes), isCut };
	}

	#withRest(bytes: Uint8Array): Uint8Array {
		if (this.#restLength === 0) return bytes;
		const all = Buffer.concat([...this.#rest, bytes]);
		this.#rest = [];
		this.#restLength = 0;
		return all;
	}
}
