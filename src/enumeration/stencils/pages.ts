import type { Id } from "./ports.ts";

const ID_BYTES = 12;

/** First ids of the pages of one TCN, ascending. Twelve bytes each, so that a million pages are no burden. */
export interface Pages {
	/** Number of pages. */
	readonly length: number;
	/** First id of page `index`, 0 <= index < length; throws a RangeError elsewhere. */
	at(index: number): Id;
	/** Index of the page that begins with `id`; -1 where none does. */
	indexOf(id: Id): number;
}

/** Collects page starts in the order in which the ids pass. */
export class PageList implements Pages {
	readonly #pageSize: number;
	#bytes = Buffer.alloc(64 * ID_BYTES);
	#length = 0;
	#toNextStart = 0;

	/** `pageSize`: ids to a page, 1 or more. */
	constructor(pageSize: number) {
		this.#pageSize = pageSize;
	}

	get length(): number {
		return this.#length;
	}

	/** True where the next id begins a page, and so has to be given to `start`. Every id has to pass here, in order. */
	pass(): boolean {
		const begins = this.#toNextStart === 0;
		this.#toNextStart = (begins ? this.#pageSize : this.#toNextStart) - 1;
		return begins;
	}

	/** Adds a page that begins with `id`. */
	start(id: Id): void {
		const at = this.#length * ID_BYTES;
		if (at === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
		this.#bytes.write(id, at, ID_BYTES, "hex");
		this.#length += 1;
	}

	at(index: number): Id {
		if (!(index >= 0 && index < this.#length)) throw new RangeError(`there is no page ${index} of ${this.#length}`);
		return this.#bytes.toString("hex", index * ID_BYTES, (index + 1) * ID_BYTES);
	}

	indexOf(id: Id): number {
		const wanted = Buffer.from(id, "hex");
		let low = 0;
		let high = this.#length - 1;
		while (low <= high) {
			const middle = (low + high) >>> 1;
			const order = this.#bytes.compare(wanted, 0, ID_BYTES, middle * ID_BYTES, (middle + 1) * ID_BYTES);
			if (order === 0) return middle;
			if (order < 0) low = middle + 1;
			else high = middle - 1;
		}
		return -1;
	}
}
