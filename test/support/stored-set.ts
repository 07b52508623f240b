import { attributesOf } from "../../src/enumeration/tangles/attributes.ts";
import { parse } from "../../src/enumeration/tangles/parse.ts";
import type { TangleSource } from "../../src/enumeration/verify/examine.ts";
import type { StoredTangle } from "../../src/enumeration/verify/findings.ts";

/** Stored tangles in memory, in the order given, as the proof of a TCN reads them; counts what was asked. */
export class StoredSet implements TangleSource {
	readonly #tangles: readonly StoredTangle[];
	passes = 0;
	lookedFor = 0;

	constructor(tangles: readonly StoredTangle[]) {
		this.#tangles = tangles;
	}

	/** Two parts, of which the second may be empty. */
	async parts(): Promise<readonly string[]> {
		return ["first", "second"];
	}

	async *checked(TCN: number, part: string): AsyncGenerator<number, void, undefined> {
		const tangles = this.#under(TCN, part);
		for (const { notation } of tangles) attributesOf(parse(notation));
		yield tangles.length;
	}

	async *of(TCN: number, part: string): AsyncGenerator<readonly StoredTangle[], void, undefined> {
		if (part === "first") this.passes += 1;
		const tangles = this.#under(TCN, part);
		for (let from = 0; from < tangles.length; from += 100) yield tangles.slice(from, from + 100);
	}

	async named(notations: readonly string[]): Promise<readonly StoredTangle[]> {
		this.lookedFor += notations.length;
		const wanted = new Set(notations);
		return this.#tangles.filter(({ notation }) => wanted.has(notation));
	}

	#under(TCN: number, part: string): StoredTangle[] {
		const tangles = this.#tangles.filter((tangle) => tangle.TCN === TCN);
		const half = Math.ceil(tangles.length / 2);
		return part === "first" ? tangles.slice(0, half) : tangles.slice(half);
	}
}
