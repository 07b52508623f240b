import { attributesOf } from "../attributes.ts";
import { print } from "../print.ts";
import { type Node, negated, type Positivity, type TangleFields } from "../tangle.ts";
import { placeOf } from "./place-of.ts";
import { type Tables, tablesUpTo } from "./tables.ts";
import { treeAt } from "./tree-at.ts";

/**
 * Numbers the tangles of one TCN: each has a number of its own, and a number says which tangle it is. So a set of
 * tangles is a row of bits. The numbers go from 0 to below `size`; trees without a sign of minus come first, in the
 * order of the grammar, then, in the same order, their negatives; the second number of a neutral tree belongs to no
 * tangle.
 */
export class Numbering {
	readonly #tcn: number;
	readonly #tables: Tables;
	readonly #notNegative: number;

	/** Throws a RangeError for a TCN beyond MOST_NUMBERED_TCN. */
	constructor(tcn: number) {
		this.#tcn = tcn;
		this.#tables = tablesUpTo(Math.max(tcn, 0));
		this.#notNegative = tcn >= 1 ? (this.#tables.roots[tcn] ?? 0) : 1;
	}

	get size(): number {
		return 2 * this.#notNegative;
	}

	/** The number of a tangle of the enumeration that has this TCN and this positivity; any other tree gets nonsense. */
	numberOf(root: Node, positivity: Positivity): number {
		if (this.#tcn < 1) return 0;
		if (positivity !== "negative") return placeOf(root, this.#tcn, 1, this.#tables);
		return this.#notNegative + placeOf(root, this.#tcn, -1, this.#tables);
	}

	/** The tangle of a number, 0 <= number < size; undefined for the second number of a neutral tangle. */
	tangleOf(number: number): TangleFields | undefined {
		const root = this.#treeOf(number);
		const { TCN, is_good, positivity } = attributesOf(root);
		if (positivity === undefined || (positivity === "neutral" && number >= this.#notNegative)) return undefined;
		return { notation: print(root), TCN, is_good, positivity };
	}

	#treeOf(number: number): Node {
		if (this.#tcn < 1) return this.#tcn === 0 ? ZERO : { children: [ZERO], weight: 0 };
		if (number < this.#notNegative) return treeAt(this.#tcn, number, this.#tables);
		return negative(treeAt(this.#tcn, number - this.#notNegative, this.#tables));
	}
}

/** `i[0]`, the only tangle of TCN 0; a node of weight 0 above it is infinity, the only one of TCN -1. */
const ZERO: Node = { children: [], weight: 0 };

function negative({ children, weight }: Node): Node {
	return { children: children.map(negative), weight: negated(weight) };
}
