import { isEssential, isLeaf, type Node, onlyChild, type Positivity } from "./tangle.ts";

/** The signs that were met in a tree, as bits. */
export const SIGNS = { none: 0, plus: 1, minus: 2, both: 3 } as const;
export type Signs = number;

const POSITIVITIES: Readonly<Record<Signs, Positivity>> = {
	[SIGNS.none]: "neutral",
	[SIGNS.plus]: "positive",
	[SIGNS.minus]: "negative",
};

/**
 * The signs in a subtree. A node gives the sign of its weight where that is +2 or -2 and its parent is essential, if
 * it is a leaf, or the one stick node between its parent and an essential child. `belowEssential`: the parent of
 * `node` is essential; false for the root of a tangle.
 */
export function signsOf(node: Node, belowEssential: boolean): Signs {
	const essential = isEssential(node);
	const own = belowEssential && !essential ? ownSign(node) : SIGNS.none;
	return node.children.reduce<Signs>((signs, child) => signs | signsOf(child, essential), own);
}

function ownSign(node: Node): Signs {
	if (Math.abs(node.weight) !== 2) return SIGNS.none;
	const below = onlyChild(node);
	if (below !== undefined && !isEssential(below)) return SIGNS.none;
	return node.weight > 0 ? SIGNS.plus : SIGNS.minus;
}

/** What a tree with these signs is; undefined for both signs: such a tree is no tangle of the enumeration. */
export function positivityOf(signs: Signs): Positivity | undefined {
	return POSITIVITIES[signs];
}

/**
 * Whether the tangle can be a scion: not where its root has weight 0 and fewer than two children, and not `i[1]` and
 * `i[-1]`, which fit below no root.
 */
export function isGood(root: Node): boolean {
	return isLeaf(root) ? Math.abs(root.weight) > 1 : isEssential(root) || root.weight !== 0;
}

/** Infinity, `i[0 0]`, has no crossing, as `i[0]` has none; convention sets it apart. */
export const INFINITY_TCN = -1;

/** Tree crossing number of the tangle with root `root`. */
export function tcnOf(root: Node): number {
	const crossings = crossingsOf(root);
	const child = onlyChild(root);
	return crossings === 0 && child !== undefined && isLeaf(child) ? INFINITY_TCN : crossings;
}

function crossingsOf(node: Node): number {
	return node.children.reduce((sum, child) => sum + crossingsOf(child), Math.abs(node.weight));
}

/** All that follows from the tree, beside its notation. */
export function attributesOf(root: Node) {
	return { TCN: tcnOf(root), is_good: isGood(root), positivity: positivityOf(signsOf(root, false)) };
}
