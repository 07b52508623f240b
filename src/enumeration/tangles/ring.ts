import { isLeaf, type Node } from "./tangle.ts";

/** True for a ring subtree: a node of weight e with just two leaves, both of weight 2e, e = +1 or -1. */
export function isRing(node: Node): boolean {
	const { children, weight } = node;
	return (
		Math.abs(weight) === 1 &&
		children.length === 2 &&
		children.every((leaf) => isLeaf(leaf) && leaf.weight === 2 * weight)
	);
}

/** Rings slide along their parent, so they are kept at the right end of its children; nothing else changes places. */
export function ringsToTheRight(children: readonly Node[]): { others: readonly Node[]; rings: readonly Node[] } {
	const rings = children.filter(isRing);
	return { others: rings.length === 0 ? children : children.filter((child) => !isRing(child)), rings };
}

/** The tree with the rings of every node moved to the right end of its children. */
export function rightLean(node: Node): Node {
	if (isLeaf(node)) return node;
	const { others, rings } = ringsToTheRight(node.children.map(rightLean));
	return { children: rings.length === 0 ? others : [...others, ...rings], weight: node.weight };
}
