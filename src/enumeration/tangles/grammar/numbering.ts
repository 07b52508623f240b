import type { Positivity } from "../tangle.ts";
import { type Node, negated } from "../tangle.ts";
import { placeOf } from "./place-of.ts";
import { type Tables, tablesUpTo } from "./tables.ts";
import { treeAt } from "./tree-at.ts";

/**
 * Numbers the tangles of one TCN, 1 or more: each has a number of its own, and a number says which tangle it is. So a set
 * of tangles is a row of bits. The numbers go from 0 to below `size`; trees without a sign of minus come first, in the order
 * of the grammar, then, in the same order, their negatives; the second number of a neutral tree belongs to no tangle.
 */
export class Numbering {
	readonly #tcn: number;
	readonly #tables: Tables;
	readonly #notNegative: number;

	/** Throws a RangeError for a TCN beyond MOST_NUMBERED_TCN. */
	constructor(tcn: number) {
		this.#tcn = tcn;
		this.#tables = tablesUpTo(tcn);
		this.#notNegative = this.#tables.roots[tcn] ?? 0;
	}

	get size(): number {
		return 2 * this.#notNegative;
	}

	/** The number of a tangle of the enumeration that has this TCN and this positivity; any other tree gets nonsense. */
	numberOf(root: Node, positivity: Positivity): number {
		if (positivity !== "negative") return placeOf(root, this.#tcn, 1, this.#tables);
		return this.#notNegative + placeOf(root, this.#tcn, -1, this.#tables);
	}

	/** The tree of a number, 0 <= number < size: for the second number of a neutral tree that tree's negative. */
	treeOf(number: number): Node {
		if (number < this.#notNegative) return treeAt(this.#tcn, number, this.#tables);
		return negative(treeAt(this.#tcn, number - this.#notNegative, this.#tables));
	}
}

function negative({ children, weight }: Node): Node {
	return { children: children.map(negative), weight: negated(weight) };
}
