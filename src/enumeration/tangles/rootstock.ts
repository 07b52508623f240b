import { SIGNS, type Signs, signsOf } from "./attributes.ts";
import { LABEL, printNode, printWeight } from "./print.ts";
import { rightLean, ringsToTheRight } from "./ring.ts";
import { fitsBelowEssential } from "./root-check.ts";
import { isLeaf, type Node, negated } from "./tangle.ts";

/** A rootstock: the tangle whose root gets a scion's root for its new last child. */
export type Rootstock = LeafRootstock | BranchedRootstock;

/** A single leaf: its weight becomes that of a stick node above the scion. */
export interface LeafRootstock {
	readonly kind: "leaf";
	readonly TCN: number;
	readonly weight: number;
}

/** A rootstock whose root has children and so is essential in every result, with the result's text around the scion. */
export interface BranchedRootstock {
	readonly kind: "branched";
	readonly TCN: number;
	/** Signs its children add; both where a child of it does not fit below an essential root. */
	readonly signs: Signs;
	/** From the label to the last child that is no ring. */
	readonly head: string;
	/**
	 * Its rings, which stay behind every scion; also behind a ring, since those of one tangle are all alike, by their
	 * sign.
	 */
	readonly rings: string;
	/** From the weight on. */
	readonly tail: string;
	/** The same with the weight negated, where the root has exactly one child: then a second result has it. */
	readonly flippedTail: string | undefined;
}

export function rootstockOf(root: Node, TCN: number): Rootstock {
	if (isLeaf(root)) return { kind: "leaf", TCN, weight: root.weight };
	const { children, weight } = rightLean(root);
	const { others, rings } = ringsToTheRight(children);
	const signs = children.reduce<Signs>((sum, child) => sum | signsOf(child, true), SIGNS.none);
	return {
		kind: "branched",
		TCN,
		signs: children.every(fitsBelowEssential) ? signs : SIGNS.both,
		head: `${LABEL}(${others.map(printNode).join("")}`,
		rings: rings.map(printNode).join(""),
		tail: `${printWeight(weight)})`,
		flippedTail: children.length === 1 ? `${printWeight(negated(weight))})` : undefined,
	};
}
