import { Numbering } from "../tangles/grammar/numbering.ts";
import type { Node, TangleFields } from "../tangles/tangle.ts";

/** The tangles of several TCNs, numbered: those of each TCN by its `Numbering`, behind those of the TCNs below it. */
export class NumberSpace {
	readonly size: number;
	readonly #parts: readonly { readonly tcn: number; readonly from: number; readonly numbering: Numbering }[];

	/** Of TCN `fromTcn` to `toTcn`. Throws a RangeError beyond MOST_NUMBERED_TCN. */
	constructor(fromTcn: number, toTcn: number) {
		let from = 0;
		const parts = [];
		for (let tcn = fromTcn; tcn <= toTcn; tcn += 1) {
			const numbering = new Numbering(tcn);
			parts.push({ tcn, from, numbering });
			from += numbering.size;
		}
		this.#parts = parts;
		this.size = from;
	}

	/** The number of a tangle of the enumeration; undefined where its TCN is none of these. */
	numberOf(root: Node, { TCN, positivity }: TangleFields): number | undefined {
		const part = this.#parts.find(({ tcn }) => tcn === TCN);
		return part && part.from + part.numbering.numberOf(root, positivity);
	}

	/** The tangle of a number; undefined for the second number of a neutral tangle. */
	tangleOf(number: number): TangleFields | undefined {
		const part = this.#parts.findLast(({ from }) => from <= number);
		return part?.numbering.tangleOf(number - part.from);
	}

	/** The TCNs that have numbers from `from` to below `to`: the least and the greatest. */
	tcnsOf(from: number, to: number): readonly [from: number, to: number] {
		const inside = this.#parts.filter((part) => part.from < to && part.from + part.numbering.size > from);
		return [inside[0]?.tcn ?? 0, inside.at(-1)?.tcn ?? -1];
	}
}
