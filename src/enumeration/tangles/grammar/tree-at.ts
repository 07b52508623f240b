import { type Node, negated } from "../tangle.ts";
import { RING_CROSSINGS } from "./classes.ts";
import { BEHIND, type Before, sizeAt, type Tables } from "./tables.ts";

/**
 * The tree at a place: the inverse of `placeOf`, step by step the same choices. 0 <= place < tables.roots[crossings].
 */
export function treeAt(crossings: number, place: number, tables: Tables): Node {
	if (place < (tables.rootBefore[crossings]?.[0] ?? 0)) return leaf(place === 0 ? crossings : -crossings);
	const [size, inSize] = choose(tables.rootBefore, crossings, place);
	if (size === BEHIND) return essentialAt(crossings, inSize, tables);
	const below = crossings - size;
	const [E, C] = [tables.essential[below] ?? 0, tables.chain[below] ?? 0];
	if (size === 0) {
		if (inSize < E) return above(0, essentialAt(below, inSize, tables));
		const inChains = inSize - E;
		return above(0, inChains < C ? chainAt(below, inChains, 1, tables) : chainAt(below, inChains - C, -1, tables));
	}
	const sign = inSize < E + C ? 1 : -1;
	const inSign = sign > 0 ? inSize : inSize - E - C;
	const child = inSign < E ? essentialAt(below, inSign, tables) : chainAt(below, inSign - E, sign > 0 ? -1 : 1, tables);
	return above(sign * size, child);
}

function essentialAt(crossings: number, place: number, tables: Tables): Node {
	const [at, inWeight] = choose(tables.essentialBefore, crossings, place);
	const size = sizeAt(at);
	const weight = at % 2 === 0 ? size : negated(size);
	return { children: childrenAt(crossings - size, inWeight, tables), weight };
}

/** The children of an essential node. `childrenBefore` is for sequences of any length, which are one child more. */
function childrenAt(crossings: number, place: number, tables: Tables): Node[] {
	const found: Node[] = [];
	let [left, inRest] = [crossings, place];
	while (left > 0) {
		const all = (found.length === 0 ? tables.families : tables.children)[left] ?? 0;
		if (left % RING_CROSSINGS === 0 && inRest === all - 1 && left > (found.length === 0 ? RING_CROSSINGS : 0)) {
			return [...found, ...Array.from({ length: left / RING_CROSSINGS }, () => RING)];
		}
		const [own, inOwn] = choose(tables.childrenBefore, left, inRest);
		const rests = tables.children[left - own] ?? 1;
		found.push(childAt(own, Math.floor(inOwn / rests), tables));
		inRest = inOwn % rests;
		left -= own;
	}
	return found;
}

function childAt(crossings: number, place: number, tables: Tables): Node {
	if (place < (tables.childBefore[crossings]?.[0] ?? 0)) return leaf(place === 0 ? crossings : -crossings);
	const [size, inSize] = choose(tables.childBefore, crossings, place);
	if (size === BEHIND) return essentialAt(crossings, inSize, tables);
	const below = crossings - size;
	const [E, C] = [tables.essential[below] ?? 0, tables.chain[below] ?? 0];
	if (inSize < C) return above(size, chainAt(below, inSize, -1, tables));
	if (inSize < 2 * C) return above(-size, chainAt(below, inSize - C, 1, tables));
	const inEssential = inSize - 2 * C;
	if (inEssential < E) return above(size, essentialAt(below, inEssential, tables));
	return above(-size, essentialAt(below, inEssential - E, tables));
}

/** `sign`: that of the top weight. */
function chainAt(crossings: number, place: number, sign: 1 | -1, tables: Tables): Node {
	if (place < (tables.chainBefore[crossings]?.[0] ?? 0)) return leaf(sign * crossings);
	const [size, inSize] = choose(tables.chainBefore, crossings, place);
	const below = crossings - size;
	const C = tables.chain[below] ?? 0;
	if (inSize < C) return above(sign * size, chainAt(below, inSize, sign > 0 ? -1 : 1, tables));
	return above(sign * size, essentialAt(below, inSize - C, tables));
}

/** The alternative that a place lies in, and the place in it. */
function choose(before: Before, crossings: number, place: number): readonly [alternative: number, inside: number] {
	const row = before[crossings] ?? [];
	let [low, high] = [0, row.length - 1];
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((row[middle] ?? 0) <= place) low = middle;
		else high = middle - 1;
	}
	return [low, place - (row[low] ?? 0)];
}

function leaf(weight: number): Node {
	return { children: [], weight };
}

function above(weight: number, child: Node): Node {
	return { children: [child], weight };
}

const RING: Node = { children: [leaf(2), leaf(2)], weight: 1 };
