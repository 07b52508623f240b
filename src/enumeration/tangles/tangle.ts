/**
 * A node of a tangle's tree. The order of the children matters. By its children a node is a *leaf* (none), a *stick
 * node* (exactly one), or *essential* (two or more). Of the gaps around its children only the last one can carry a
 * weight in an arborescent tangle, so one weight to a node is all.
 */
export interface Node {
	readonly children: readonly Node[];
	/** Signed crossings; never -0. */
	readonly weight: number;
}

/** The sign of a tangle; see `attributes.ts`. */
export const POSITIVITIES = ["neutral", "positive", "negative"] as const;
export type Positivity = (typeof POSITIVITIES)[number];

/** A tangle as its document has it, without `_id`. */
export interface TangleFields {
	/** Unique; see `notation.ts`. */
	readonly notation: string;
	/** Tree crossing number: the sum of |weight| over all nodes. By convention -1 for infinity, `i[0 0]`. */
	readonly TCN: number;
	/** True where it can be a scion; see `attributes.ts`. */
	readonly is_good: boolean;
	readonly positivity: Positivity;
}

export function isLeaf(node: Node): boolean {
	return node.children.length === 0;
}

export function isEssential(node: Node): boolean {
	return node.children.length >= 2;
}

/** The only child of a stick node; undefined for every other node. */
export function onlyChild(node: Node): Node | undefined {
	return node.children.length === 1 ? node.children[0] : undefined;
}

/** `-weight`, but 0 for 0: a -0 would be told from 0 by comparisons. */
export function negated(weight: number): number {
	return weight === 0 ? 0 : -weight;
}
