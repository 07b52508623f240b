import fc from "fast-check";
import type { Node } from "../../src/enumeration/tangles/tangle.ts";

const leaf = (weight: number): Node => ({ children: [], weight });
const ring = (e: number): Node => ({ children: [leaf(2 * e), leaf(2 * e)], weight: e });
// Small ones mostly: there the rules lie.
const weight = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -3, max: 3 }) }, fc.integer({ min: -127, max: 127 }));

/** Trees of any shape, tangles of the enumeration or not, with many sticks and rings. */
export const trees: fc.Arbitrary<Node> = fc.letrec<{ tree: Node }>((tie) => ({
	tree: fc.oneof(
		{ depthSize: "small", maxDepth: 5 },
		{ weight: 3, arbitrary: weight.map(leaf) },
		{ weight: 1, arbitrary: fc.constantFrom(ring(1), ring(-1)) },
		{ weight: 3, arbitrary: fc.record({ children: fc.tuple(tie("tree")), weight }) },
		{ weight: 3, arbitrary: fc.record({ children: fc.array(tie("tree"), { minLength: 2, maxLength: 4 }), weight }) },
	),
})).tree;
