import { isRing } from "../ring.ts";
import { isEssential, isLeaf, type Node, onlyChild } from "../tangle.ts";
import { BEHIND, type Before, type Tables } from "./tables.ts";

/** Turns every sign of a tree as it is read: -1 makes a tree with signs of minus one with signs of plus. */
export type Turn = 1 | -1;

/**
 * The place of a tree among the trees of its TCN without a sign of minus, from 0 on; `turn` is -1 for a tree with signs
 * of
 * minus. The tree must be a tangle of the enumeration with `crossings` >= 1 crossings: for others the number means
 * nothing.
 */
export function placeOf(root: Node, crossings: number, turn: Turn, tables: Tables): number {
	const weight = root.weight * turn;
	const [child] = root.children;
	if (isEssential(root))
		return at(tables.rootBefore, crossings, BEHIND) + essentialPlace(root, crossings, turn, tables);
	if (child === undefined) return weight > 0 ? 0 : 1;
	const size = Math.abs(weight);
	const below = crossings - size;
	const before = at(tables.rootBefore, crossings, size);
	const [E, C] = [tables.essential[below] ?? 0, tables.chain[below] ?? 0];
	const ofSign = before + (weight < 0 ? E + C : 0);
	if (isEssential(child)) return ofSign + essentialPlace(child, below, turn, tables);
	const ofChildSign = weight === 0 && child.weight * turn < 0 ? C : 0;
	return ofSign + E + ofChildSign + chainPlace(child, below, turn, tables);
}

/** In E: the weight 0, -1, 1, -2, ..., then the children. */
function essentialPlace(node: Node, crossings: number, turn: Turn, tables: Tables): number {
	const weight = node.weight * turn;
	const size = Math.abs(weight);
	const before = at(tables.essentialBefore, crossings, weight > 0 ? 2 * size : Math.max(0, 2 * size - 1));
	return before + childrenPlace(node.children, crossings - size, turn, tables);
}

/**
 * The children of an essential node, two or more: by the crossings of the first one, then by that child, then by the
 * rest;
 * rings alone come last. Each rest is a sequence of any length, in the same order.
 */
function childrenPlace(children: readonly Node[], crossings: number, turn: Turn, tables: Tables): number {
	let place = 0;
	let left = crossings;
	for (const [index, child] of children.entries()) {
		if (isRing(child)) return place + ((index === 0 ? tables.families[left] : tables.children[left]) ?? 0) - 1;
		const own = crossingsOf(child);
		const rest = left - own;
		place += at(tables.childrenBefore, left, own);
		place += childPlace(child, own, turn, tables) * (tables.children[rest] ?? 0);
		left = rest;
	}
	return place;
}

/**
 * In V, below an essential node: the leaf, stick nodes by size of the weight, essential nodes (the ring is the last).
 */
function childPlace(node: Node, crossings: number, turn: Turn, tables: Tables): number {
	if (isEssential(node))
		return at(tables.childBefore, crossings, BEHIND) + essentialPlace(node, crossings, turn, tables);
	const negative = node.weight * turn < 0;
	const child = onlyChild(node);
	if (child === undefined) return negative ? 1 : 0;
	const size = Math.abs(node.weight);
	const below = crossings - size;
	const before = at(tables.childBefore, crossings, size);
	const [E, C] = [tables.essential[below] ?? 0, tables.chain[below] ?? 0];
	if (isEssential(child)) return before + 2 * C + (negative ? E : 0) + essentialPlace(child, below, turn, tables);
	return before + (negative ? C : 0) + chainPlace(child, below, turn, tables);
}

/** In C, below a stick node, which settles the sign: the leaf, then by size of the weight. */
function chainPlace(node: Node, crossings: number, turn: Turn, tables: Tables): number {
	const child = onlyChild(node);
	if (child === undefined) return 0;
	const size = Math.abs(node.weight);
	const below = crossings - size;
	const before = at(tables.chainBefore, crossings, size);
	if (isEssential(child)) return before + (tables.chain[below] ?? 0) + essentialPlace(child, below, turn, tables);
	return before + chainPlace(child, below, turn, tables);
}

function at(before: Before, crossings: number, alternative: number): number {
	return before[crossings]?.[alternative] ?? 0;
}

function crossingsOf(node: Node): number {
	if (isLeaf(node)) return Math.abs(node.weight);
	let sum = Math.abs(node.weight);
	for (const child of node.children) sum += crossingsOf(child);
	return sum;
}
