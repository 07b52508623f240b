import { isEssential, type Node, onlyChild } from "./tangle.ts";

/**
 * True where `child` may stand below a root at all; below one without other children its sign counts, too. Only its own
 * weight and its child are looked at: what is deeper was checked when it was near a root.
 */
export function fits(child: Node): boolean {
	if (isEssential(child)) return true;
	const size = Math.abs(child.weight);
	const below = onlyChild(child);
	if (below === undefined) return size !== 1;
	if (isEssential(below)) return size > 1;
	return size !== 0 && child.weight * below.weight <= 0;
}

/** True where `child` may stand below an essential root. */
export function fitsBelowEssential(child: Node): boolean {
	return fits(child) && (isEssential(child) || Math.abs(child.weight) !== 1);
}
