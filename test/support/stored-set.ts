import { attributesOf } from "../../src/enumeration/tangles/attributes.ts";
import { parse } from "../../src/enumeration/tangles/parse.ts";
import type { StoredTangle } from "../../src/enumeration/verify/findings.ts";
import type { TangleSource } from "../../src/enumeration/verify/prove.ts";

/** Stored tangles in memory, in the order given, as the proof of a TCN reads them; counts what was asked. */
export class StoredSet implements TangleSource {
	readonly #tangles: readonly StoredTangle[];
	passes = 0;
	lookedFor = 0;

	constructor(tangles: readonly StoredTangle[]) {
		this.#tangles = tangles;
	}

	async *checked(TCN: number): AsyncGenerator<number, void, undefined> {
		const tangles = this.#under(TCN);
		for (const { notation } of tangles) attributesOf(parse(notation));
		yield tangles.length;
	}

	async *of(TCN: number): AsyncGenerator<readonly StoredTangle[], void, undefined> {
		this.passes += 1;
		const tangles = this.#under(TCN);
		for (let from = 0; from < tangles.length; from += 100) yield tangles.slice(from, from + 100);
	}

	async named(notations: readonly string[]): Promise<readonly StoredTangle[]> {
		this.lookedFor += notations.length;
		const wanted = new Set(notations);
		return this.#tangles.filter(({ notation }) => wanted.has(notation));
	}

	#under(TCN: number): StoredTangle[] {
		return this.#tangles.filter((tangle) => tangle.TCN === TCN);
	}
}
