import { type Node, negated } from "../../src/enumeration/tangles/tangle.ts";

/**
 * Every tree that is one small change away: at each node the weight one more, one less, negated, zeroed; two children
 * that
 * stand side by side swapped; a child removed, doubled, replaced by its own children; a node of weight 0 or 1 put above
 * one.
 */
export function* alteredTrees(node: Node): Generator<Node, void, undefined> {
	const { children, weight } = node;
	for (const other of new Set([weight + 1, weight - 1, negated(weight), 0])) {
		if (other !== weight) yield { children, weight: other };
	}
	yield { children: [node], weight: 0 };
	yield { children: [node], weight: 1 };
	for (const [index, child] of children.entries()) {
		const [before, after] = [children.slice(0, index), children.slice(index + 1)];
		const [next, ...others] = after;
		if (next !== undefined) yield { children: [...before, next, child, ...others], weight };
		yield { children: [...before, ...after], weight };
		yield { children: [...before, child, child, ...after], weight };
		yield { children: [...before, ...child.children, ...after], weight };
		for (const altered of alteredTrees(child)) yield { children: [...before, altered, ...after], weight };
	}
}
