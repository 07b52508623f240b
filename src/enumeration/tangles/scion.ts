import { SIGNS, type Signs, signsOf } from "./attributes.ts";
import { printNode } from "./print.ts";
import { rightLean } from "./ring.ts";
import { fits, fitsBelowEssential } from "./root-check.ts";
import { isEssential, type Node } from "./tangle.ts";

/**
 * A scion: the tangle whose root becomes the last child of a rootstock's root. Here is all that a graft asks of it, so
 * that no tree is looked at for a pair.
 */
export interface Scion {
	readonly TCN: number;
	/** Its text in its parent's text. */
	readonly text: string;
	readonly isEssential: boolean;
	/** Signs it adds below an essential root; both where it does not fit there. */
	readonly signsBelowEssential: Signs;
	/** Signs it adds below a root without other children; both where it fits below none. */
	readonly signsBelowStick: Signs;
	/**
	 * Weight of its root where it would join a stick, in which signs alternate, below a root without other children; else
	 * 0.
	 */
	readonly opposes: number;
}

export function scionOf(root: Node, TCN: number): Scion {
	const tree = rightLean(root);
	return {
		TCN,
		text: printNode(tree),
		isEssential: isEssential(tree),
		signsBelowEssential: fitsBelowEssential(tree) ? signsOf(tree, true) : SIGNS.both,
		signsBelowStick: fits(tree) ? signsOf(tree, false) : SIGNS.both,
		opposes: isEssential(tree) ? 0 : tree.weight,
	};
}
