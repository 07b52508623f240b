import { INFINITY_TCN } from "../attributes.ts";
import { type AllowedSigns, solveClasses, weights } from "./classes.ts";
import { product, type Series, scaled, sum } from "./series.ts";

/** How many tangles of one TCN there are. */
export interface TangleCounts {
	readonly tcn: number;
	readonly total: bigint;
	/** Tangles that are good (`is_good`): they can be scions. */
	readonly good: bigint;
	/** By positivity; there are as many negative ones as positive ones. */
	readonly neutral: bigint;
	readonly positive: bigint;
	readonly negative: bigint;
	/** Neutral and positive ones: what published tables have. */
	readonly not_negative: bigint;
}

/** Infinity `i[0 0]`, and `i[0]`: single tangles, by convention; no class of trees has them. */
const WITHOUT_CROSSINGS: readonly TangleCounts[] = [INFINITY_TCN, 0].map((tcn) => ({
	tcn,
	total: 1n,
	good: 0n,
	neutral: 1n,
	positive: 0n,
	negative: 0n,
	not_negative: 1n,
}));

/**
 * The number of tangles of every TCN from -1 to `most`, in this order, by the formula of the README: nothing is
 * enumerated.
 * Exact; the time grows with the cube of `most` (TCN 40: some milliseconds).
 */
export function countTangles(most: number): TangleCounts[] {
	const length = Math.max(most, 0) + 1;
	const [neutral, notNegative] = [rootSeries(0, length), rootSeries(1, length)];
	const counts = [...WITHOUT_CROSSINGS];
	for (let tcn = 1; tcn <= most; tcn += 1) {
		const without = neutral.all[tcn] ?? 0n;
		const notMinus = notNegative.all[tcn] ?? 0n;
		counts.push({
			tcn,
			total: 2n * notMinus - without,
			good: 2n * (notNegative.good[tcn] ?? 0n) - (neutral.good[tcn] ?? 0n),
			neutral: without,
			positive: notMinus - without,
			negative: notMinus - without,
			not_negative: notMinus,
		});
	}
	return counts.filter(({ tcn }) => tcn <= most);
}

/** Whole tangles with one crossing or more: G and T of the README. */
function rootSeries(allowed: AllowedSigns, length: number): { readonly good: Series; readonly all: Series } {
	const { essential, chain } = solveClasses(allowed, length);
	const [w1, w2] = [weights(1, length), weights(2, length)];
	const below = sum(essential, chain);
	const good = sum(scaled(2n, w2), scaled(2n, product(w1, below)), essential);
	const single = sum(scaled(2n, w1), scaled(-2n, w2));
	return { good, all: sum(good, single, essential, scaled(2n, chain)) };
}
