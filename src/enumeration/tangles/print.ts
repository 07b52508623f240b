import { type Node, negated } from "./tangle.ts";

/** The label in front of a tangle's root; the tool chain knows no other. */
export const LABEL = "i";

/**
 * The text of a node from the texts of its children, none for a leaf:
 *
 * - a leaf is `[w]`;
 * - a stick node above a leaf or above another stick joins its bracket, `[a1 ... ak]` -> `[-a1 ... -ak w]`: weights
 * that
 *   alternate in sign from node to node all have the sign of the top one in print;
 * - every other node is a group, its children side by side and then its weight, left out where it is 0.
 *
 * So the text of a subtree does not depend on what is above it, unless that is a stick.
 */
export function printAbove(children: readonly string[], weight: number): string {
	const [first, second] = children;
	if (first === undefined) return `[${weight}]`;
	if (second !== undefined || first.startsWith("(")) return `(${children.join("")}${printWeight(weight)})`;
	let flipped = "";
	for (const number of first.slice(1, -1).split(" ")) flipped += `${negated(Number(number))} `;
	return `[${flipped}${weight}]`;
}

/** A group's weight as it stands before its closing bracket. */
export function printWeight(weight: number): string {
	return weight === 0 ? "" : String(weight);
}

/** The text of a subtree as it stands in its parent's text: without a label. */
export function printNode(node: Node): string {
	return printAbove(node.children.map(printNode), node.weight);
}

/** The notation of the tangle with root `root`, the only one it has. */
export function print(root: Node): string {
	return LABEL + printNode(root);
}
