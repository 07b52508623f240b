import type { FindCursor } from "mongodb";

/**
 * One ordered pass over documents that are too many for one answer; after an outage it goes on behind the last that
 * came.
 */
export class OrderedPass<D, P> {
	readonly #open: (after: P | undefined) => FindCursor<D>;
	#cursor: FindCursor<D> | undefined;
	#last: P | undefined;

	/** `open` gives a cursor over what is behind a place. */
	constructor(open: (after: P | undefined) => FindCursor<D>) {
		this.#open = open;
	}

	/** The next documents; none at the end. May be called again after it failed or was given up. */
	async next(): Promise<D[]> {
		const cursor = this.#cursor ?? this.#open(this.#last);
		// Given back only once the answer is there: an attempt that was given up must not share its cursor with the next.
		this.#cursor = undefined;
		const first = await cursor.next();
		if (first === null) return [];
		const documents = [first, ...cursor.readBufferedDocuments()];
		this.#cursor = cursor;
		return documents;
	}

	/** Notes that all up to `place` came. */
	passed(place: P): void {
		this.#last = place;
	}
}
