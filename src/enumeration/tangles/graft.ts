import { positivityOf } from "./attributes.ts";
import { LABEL, printAbove } from "./print.ts";
import type { BranchedRootstock, LeafRootstock, Rootstock } from "./rootstock.ts";
import type { Scion } from "./scion.ts";
import type { Positivity } from "./tangle.ts";

/** What one graft gives: one tangle, or two that differ in the sign of the root's weight. */
export interface Grafted {
	readonly notation: string;
	/** The second tangle's notation; the same as the first one's where the root's weight is 0. */
	readonly flipped: string | undefined;
	readonly TCN: number;
	readonly is_good: boolean;
	readonly positivity: Positivity;
	/** True where a node of weight 0 may be put above it: where it has an un-good form. */
	readonly hasUngood: boolean;
}

/**
 * Grafts `scion` on `rootstock`. Undefined where the result is no tangle of the enumeration: a node near the root that
 * does not fit there, or signs of both kinds.
 */
export function graft(rootstock: Rootstock, scion: Scion): Grafted | undefined {
	return rootstock.kind === "leaf" ? graftOnLeaf(rootstock, scion) : graftOnBranched(rootstock, scion);
}

function graftOnBranched(rootstock: BranchedRootstock, scion: Scion): Grafted | undefined {
	const positivity = positivityOf(rootstock.signs | scion.signsBelowEssential);
	if (positivity === undefined) return undefined;
	const { head, rings, tail, flippedTail } = rootstock;
	const start = head + scion.text + rings;
	return {
		notation: start + tail,
		flipped: flippedTail === undefined ? undefined : start + flippedTail,
		TCN: rootstock.TCN + scion.TCN,
		is_good: true,
		positivity,
		hasUngood: true,
	};
}

function graftOnLeaf({ TCN, weight }: LeafRootstock, scion: Scion): Grafted | undefined {
	const positivity = positivityOf(scion.signsBelowStick);
	if (positivity === undefined || weight * scion.opposes > 0) return undefined;
	return {
		notation: LABEL + printAbove([scion.text], weight),
		flipped: undefined,
		TCN: TCN + scion.TCN,
		is_good: weight !== 0,
		positivity,
		hasUngood: weight !== 0 && (Math.abs(weight) !== 1 || !scion.isEssential),
	};
}

/** The notation of the graft on `i[0]` of a tangle that has an un-good form; TCN and positivity stay as they are. */
export function ungood(notation: string): string {
	return LABEL + printAbove([notation.slice(LABEL.length)], 0);
}
