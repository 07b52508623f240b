/** A set of whole numbers from `from` to below `to`: one bit for each, so that 100 MB are 800 million. */
export class NumberSet {
	readonly #from: number;
	readonly #to: number;
	readonly #bits: Uint8Array;
	#size = 0;

	constructor(from: number, to: number) {
		this.#from = from;
		this.#to = to;
		this.#bits = new Uint8Array(Math.ceil((to - from) / 8));
	}

	get size(): number {
		return this.#size;
	}

	/** True where the set can have `number`. */
	covers(number: number): boolean {
		return number >= this.#from && number < this.#to;
	}

	/** Adds a number that the set covers; false where it was there before. */
	add(number: number): boolean {
		const [at, bit] = place(number - this.#from);
		const byte = this.#bits[at] ?? 0;
		if ((byte & bit) !== 0) return false;
		this.#bits[at] = byte | bit;
		this.#size += 1;
		return true;
	}

	/** Removes a number that the set covers; false where it was not there. */
	delete(number: number): boolean {
		const [at, bit] = place(number - this.#from);
		const byte = this.#bits[at] ?? 0;
		if ((byte & bit) === 0) return false;
		this.#bits[at] = byte & ~bit;
		this.#size -= 1;
		return true;
	}

	/** The numbers that it has, ascending. */
	*present(): Generator<number, void, undefined> {
		if (this.#size === 0) return;
		for (const [at, byte] of this.#bits.entries()) {
			if (byte === 0) continue;
			const start = this.#from + at * 8;
			for (let place = 0; place < 8; place += 1) if ((byte & (1 << place)) !== 0) yield start + place;
		}
	}

	/** The numbers that it covers and does not have, ascending. */
	*missing(): Generator<number, void, undefined> {
		for (const [at, byte] of this.#bits.entries()) {
			if (byte === 0xff) continue;
			const start = this.#from + at * 8;
			const end = Math.min(start + 8, this.#to);
			for (let number = start; number < end; number += 1) {
				if ((byte & (1 << (number - start))) === 0) yield number;
			}
		}
	}
}

/** Divided, not shifted: shifts end at 32 bits. */
function place(index: number): readonly [byte: number, bit: number] {
	return [Math.floor(index / 8), 1 << (index % 8)];
}
