import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { attributesOf } from "../../../../../src/enumeration/tangles/attributes.ts";
import { whyNoTangle } from "../../../../../src/enumeration/tangles/grammar/member.ts";
import { integralTangles } from "../../../../../src/enumeration/tangles/integral.ts";
import { parse } from "../../../../../src/enumeration/tangles/parse.ts";
import { print } from "../../../../../src/enumeration/tangles/print.ts";
import type { Node, TangleFields } from "../../../../../src/enumeration/tangles/tangle.ts";
import { alteredTrees } from "../../../../support/altered-trees.ts";
import { tanglesUpTo } from "../../../../support/tangle-sets.ts";
import { trees } from "../../../../support/trees.ts";

const MOST = 11;
let tangles: TangleFields[] = [];
let notations = new Set<string>();
beforeAll(async () => {
	tangles = (await tanglesUpTo(MOST)).flat();
	tangles.push(...integralTangles().filter(({ TCN }) => TCN <= 0));
	notations = new Set(tangles.map(({ notation }) => notation));
});

/** By the rule and by the enumeration. */
function agree(root: Node): { rule: boolean; enumeration: boolean } {
	return { rule: whyNoTangle(root) === undefined, enumeration: notations.has(print(root)) };
}

test(`every tangle to TCN ${MOST} is one by the rule`, () => {
	const refused = tangles.filter(({ notation }) => whyNoTangle(parse(notation)) !== undefined);
	expect(refused).toEqual([]);
	expect(tangles.length).toBe(129_912);
});

test("every integral tangle is one by the rule, those beyond are not", () => {
	for (const { notation } of integralTangles()) expect(whyNoTangle(parse(notation))).toBeUndefined();
	expect(whyNoTangle(parse("i[30]"))).toBe("weight 30 is beyond 29, the largest integral tangle");
	expect(whyNoTangle(parse("i[30 0]"))).toContain("weight -30 is beyond 29");
});

test("of all trees one change away from a tangle to TCN 8, the rule takes those that the enumeration has", () => {
	const sum = { rule: 0, enumeration: 0, trees: 0 };
	const disagreed: string[] = [];
	for (const { notation, TCN } of tangles) {
		if (TCN > 8) continue;
		for (const altered of alteredTrees(parse(notation))) {
			if (attributesOf(altered).TCN > MOST) continue;
			const { rule, enumeration } = agree(altered);
			sum.trees += 1;
			if (rule) sum.rule += 1;
			if (enumeration) sum.enumeration += 1;
			if (rule !== enumeration) disagreed.push(print(altered));
		}
	}
	expect(disagreed).toEqual([]);
	// Both kinds are met often.
	expect(sum.rule).toBeGreaterThan(20_000);
	expect(sum.trees - sum.rule).toBeGreaterThan(20_000);
});

test("of trees some changes away, and of any trees, the rule takes those that the enumeration has", () => {
	const change = (root: Node, picks: readonly number[]) =>
		picks.reduce<Node>((tree, pick) => {
			const all = [...alteredTrees(tree)];
			return all[pick % all.length] ?? tree;
		}, root);
	const changed = fc
		.tuple(fc.nat({ max: 5_000 }), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }))
		.map(([at, picks]) => change(parse(tangles[at % tangles.length]?.notation ?? ""), picks));
	fc.assert(
		fc.property(fc.oneof(changed, trees), (root) => {
			fc.pre(attributesOf(root).TCN <= MOST);
			const { rule, enumeration } = agree(root);
			expect({ notation: print(root), rule }).toEqual({ notation: print(root), rule: enumeration });
		}),
		{ numRuns: 10_000 },
	);
});

test("what is no tangle is told with the rule that it breaks, and where", () => {
	const leaf = "a leaf below another node has weight";
	const told: readonly (readonly [string, string])[] = [
		["i[1 3]", `${leaf} -1: its size must be 2 or more`],
		["i([3][0])", `${leaf} 0: its size must be 2 or more`],
		["i[0 3]", `${leaf} 0: its size must be 2 or more`],
		["i[3 0 1]", "[-3 0], below another node, has a single child and weight 0"],
		["i([3 0][2])", "[3 0], below another node, has a single child and weight 0"],
		["i((([3][4])1)2)", "(([3][4])1), weight 1, is below one node and above an essential one"],
		["i([3][3 1])", "[3 1], weight 1, is below an essential node"],
		["i[-3 2]", "weights 2 and 3 of one stick have the same sign"],
		["i([3][2 -2])", "weights -2 and -2 of one stick have the same sign"],
		["i((([3][4])2)2)", "weights 2 and 2 of one stick have the same sign"],
		["i(([2][2]1)[3])", "the ring ([2][2]1) stands before [3]: rings stand to the right"],
		["i([2][-2])", "its positivity is undefined: it has signs of both kinds"],
	];
	for (const [notation, why] of told) expect([notation, whyNoTangle(parse(notation))]).toEqual([notation, why]);
});
