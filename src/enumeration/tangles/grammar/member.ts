import { SIGNS, signsOf } from "../attributes.ts";
import { MOST_CROSSINGS } from "../integral.ts";
import { printNode } from "../print.ts";
import { isRing } from "../ring.ts";
import { isEssential, isLeaf, type Node, onlyChild } from "../tangle.ts";

/**
 * Why the tree is no tangle of the enumeration: the first rule that it breaks, in words, with the subtree that breaks
 * it.
 * Undefined for a tangle of the enumeration. The rules are those of the README; they look at the tree alone, never at
 * what it could be grafted from.
 */
export function whyNoTangle(root: Node): string | undefined {
	if (isWithoutCrossings(root)) return undefined;
	const broken = tooHeavy(root) ?? brokenBelow(root);
	if (broken !== undefined) return broken;
	return signsOf(root, false) === SIGNS.both ? "its positivity is undefined: it has signs of both kinds" : undefined;
}

/** `i[0]` and `i[0 0]`, which no rule gives and no rule forbids: the enumeration starts from them. */
function isWithoutCrossings(root: Node): boolean {
	if (root.weight !== 0) return false;
	const child = onlyChild(root);
	return isLeaf(root) || (child !== undefined && isLeaf(child) && child.weight === 0);
}

/** Every child of `parent` against what may stand below it, and the same for all that is deeper. */
function brokenBelow(parent: Node): string | undefined {
	let ringBefore: Node | undefined;
	for (const child of parent.children) {
		const broken = brokenWeight(child, parent) ?? brokenBelow(child);
		if (broken !== undefined) return broken;
		if (isRing(child)) ringBefore = child;
		else if (ringBefore !== undefined) {
			return `the ring ${printNode(ringBefore)} stands before ${printNode(child)}: rings stand to the right`;
		}
	}
	return undefined;
}

function brokenWeight(child: Node, parent: Node): string | undefined {
	if (isEssential(child)) return tooHeavy(child);
	const size = Math.abs(child.weight);
	const below = onlyChild(child);
	if (size < 2) {
		if (below === undefined) return `a leaf below another node has weight ${child.weight}: its size must be 2 or more`;
		if (size === 0) return `${printNode(child)}, below another node, has a single child and weight 0`;
		if (isEssential(below))
			return `${printNode(child)}, weight ${child.weight}, is below one node and above an essential one`;
		if (isEssential(parent)) return `${printNode(child)}, weight ${child.weight}, is below an essential node`;
	}
	if (!isEssential(parent) && child.weight * parent.weight > 0) {
		return `weights ${parent.weight} and ${child.weight} of one stick have the same sign`;
	}
	return tooHeavy(child);
}

function tooHeavy(node: Node): string | undefined {
	if (Math.abs(node.weight) <= MOST_CROSSINGS) return undefined;
	return `weight ${node.weight} is beyond ${MOST_CROSSINGS}, the largest integral tangle`;
}
