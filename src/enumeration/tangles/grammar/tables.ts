import { MOST_CROSSINGS } from "../integral.ts";
import { RING_CROSSINGS, solveClasses } from "./classes.ts";

/** `before[m][k]`: how many trees of m crossings stand before those of the k-th alternative. */
export type Before = readonly (readonly number[])[];

/**
 * What numbering needs: the sizes of the classes of trees without a sign of minus, and sums of them. See the README.
 */
export interface Tables {
	readonly essential: readonly number[];
	readonly chain: readonly number[];
	/** V without the ring. */
	readonly others: readonly number[];
	readonly children: readonly number[];
	/** Sequences of two children or more. */
	readonly families: readonly number[];
	/** By the size of the top weight; a leaf stands before all of them. */
	readonly chainBefore: Before;
	/** By the size of the top weight; leaves before them, essential nodes behind them, which the last entry is for. */
	readonly childBefore: Before;
	/** By the place of the root's weight in 0, -1, 1, -2, 2, ... */
	readonly essentialBefore: Before;
	/** By the crossings of the first child that is no ring; sequences of rings alone stand behind all of them. */
	readonly childrenBefore: Before;
	/** Whole tangles, by the size of the root's weight; leaves before them, essential roots behind them (last entry). */
	readonly rootBefore: Before;
	/** Whole tangles without a sign of minus. */
	readonly roots: readonly number[];
}

/** Up to here every number of a tangle is exact in a double. */
export const MOST_NUMBERED_TCN = 29;

/** Index of the entry behind all sizes of weights in `childBefore` and `rootBefore`. */
export const BEHIND = MOST_CROSSINGS + 1;

/** The tables for trees of up to `most` crossings, at most MOST_NUMBERED_TCN; throws a RangeError beyond. */
export function tablesUpTo(most: number): Tables {
	if (most > MOST_NUMBERED_TCN) throw new RangeError(`tangles of TCN ${most} have no exact numbers`);
	const classes = solveClasses(1, most + 1);
	const [essential, chain, children] = [classes.essential, classes.chain, classes.children].map((it) => it.map(Number));
	if (essential === undefined || chain === undefined || children === undefined) throw new Error("three are mapped");
	const child = classes.child.map(Number);
	const E = (m: number) => essential[m] ?? 0;
	const C = (m: number) => chain[m] ?? 0;
	const families = children.map((count, m) => count - (child[m] ?? 0) - (m === 0 ? 1 : 0));
	const others = child.map((count, m) => count - (m === RING_CROSSINGS ? 1 : 0));

	/** Running sums of `width(m, k)`, k = 0 .. `last`, from `first(m)` on; the entry behind `last` is the sum of all. */
	const sums = (last: number, first: (m: number) => number, width: (m: number, k: number) => number): number[][] =>
		essential.map((_, m) => {
			const before = [first(m)];
			for (let k = 0; k <= last; k += 1) before.push((before[k] ?? 0) + width(m, k));
			return before;
		});
	const rootBefore = sums(
		MOST_CROSSINGS,
		(m) => (m === 0 ? 0 : 2),
		(m, size) => (size === 0 ? E(m) + 2 * C(m) : 2 * (E(m - size) + C(m - size))),
	);
	return {
		essential,
		chain,
		others,
		children,
		families,
		chainBefore: sums(
			MOST_CROSSINGS,
			(m) => (m >= 2 ? 1 : 0),
			(m, size) => (size >= 1 ? C(m - size) : 0) + (size >= 2 ? E(m - size) : 0),
		),
		childBefore: sums(
			MOST_CROSSINGS,
			(m) => Math.max(0, Math.min(m - 1, 2)),
			(m, size) => (size < 2 ? 0 : 2 * C(m - size) + (size === 2 ? 1 : 2) * E(m - size)),
		),
		essentialBefore: sums(
			2 * MOST_CROSSINGS,
			() => 0,
			(m, place) => families[m - sizeAt(place)] ?? 0,
		),
		childrenBefore: sums(
			most,
			() => 0,
			(m, k) => (others[k] ?? 0) * (children[m - k] ?? 0),
		),
		rootBefore,
		roots: rootBefore.map((before, m) => (before[BEHIND] ?? 0) + E(m)),
	};
}

/** Size of the weight at a place in 0, -1, 1, -2, 2, ... */
export function sizeAt(place: number): number {
	return (place + 1) >> 1;
}
