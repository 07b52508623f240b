import { MOST_CROSSINGS } from "../integral.ts";
import { product, type Series, scaled, sequences, series, sum } from "./series.ts";

/** Crossings of a ring, `([2][2]1)` or its negative. */
export const RING_CROSSINGS = 5;

/**
 * How many signs a weight of size 2 may have where it counts for positivity: 0 counts the neutral trees, 1 the trees
 * without a sign of minus. See the README.
 */
export type AllowedSigns = 0 | 1;

/** The series of the classes of subtrees, by crossings; named as in the README. */
export interface Classes {
	/** E: essential nodes with all that is below them. */
	readonly essential: Series;
	/** C: what may stand below a stick node and is not essential, with the sign of its top weight given. */
	readonly chain: Series;
	/** V: what may stand below an essential node. */
	readonly child: Series;
	/** A: sequences of such children, rings at the end, of any length, the empty one too. */
	readonly children: Series;
}

/** w_m: one weight of each size from `least` to the largest there is. */
export function weights(least: number, length: number): Series {
	return series(length, (power) => (power >= least && power <= MOST_CROSSINGS ? 1n : 0n));
}

/** Solves the equations of the README for the first `length` coefficients. */
export function solveClasses(allowed: AllowedSigns, length: number): Classes {
	const t = BigInt(allowed);
	const at = (exponent: number, value: bigint) => series(length, (power) => (power === exponent ? value : 0n));
	const one = at(0, 1n);
	const ring = at(RING_CROSSINGS, t);
	const [w1, w2, w3] = [weights(1, length), weights(2, length), weights(3, length)];
	const anyWeight = sum(one, scaled(2n, w1));
	const countedWeight = sum(at(2, t), scaled(2n, w3));

	/** The other classes, from the essential nodes. */
	const withEssential = (essential: Series): Classes => {
		const endOrEssential = sum(one, essential);
		const chain = product(product(w2, endOrEssential), sequences(w1));
		const child = sum(product(countedWeight, endOrEssential), scaled(2n, product(w2, chain)), essential);
		const others = sum(child, scaled(-1n, ring));
		const children = product(sequences(others), sequences(ring));
		return { essential, chain, child, children };
	};

	// The children of an essential node have two crossings less than it at least, so that each round makes two more
	// coefficients right, beginning with none.
	let classes = withEssential(scaled(0n, one));
	for (let right = 0; right < length; right += 2) {
		const { child, children } = classes;
		const twoOrMore = sum(children, scaled(-1n, one), scaled(-1n, child));
		classes = withEssential(product(anyWeight, twoOrMore));
	}
	return classes;
}
