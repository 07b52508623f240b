import { expect, test } from "bun:test";
import fc from "fast-check";
import { isFault } from "../../../../src/base/fault.ts";
import { attributesOf } from "../../../../src/enumeration/tangles/attributes.ts";
import { NotationError, parse } from "../../../../src/enumeration/tangles/parse.ts";
import { print } from "../../../../src/enumeration/tangles/print.ts";
import type { Node } from "../../../../src/enumeration/tangles/tangle.ts";
import { anyText } from "../../../support/any-text.ts";
import { parseTree, printTree, type Tree } from "../../../support/graft-reference.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";
import { trees } from "../../../support/trees.ts";

const CHARACTERS = 204;

/** By TCN; complete up to 4 but for the un-good ones of 4. */
const NOTATIONS: Readonly<Record<number, string>> = {
	2: "i[2],i[-2],i[2 0],i[-2 0]",
	3: "i[3],i[-3],i[2 1],i[-2 -1],i[3 0],i[-3 0],i[2 1 0],i[-2 -1 0]",
	4: "i[4],i[-4],i[3 1],i[-3 -1],i[2 2],i[-2 -2],i[2 1 1],i[-2 -1 -1],i([2][2]),i([-2][-2])",
	5: "i[4 1],i[2 3],i[2 1 2],i([2][-3]),i([-2][-2]-1),i(([-2][-2])1),i(([3][2])),i[2 1 1 1 0]",
	6: "i([3][2]1),i([-2 -2][2]),i(([-3][2])1),i((([2][2])[2])),i((([-2][-2])-2))",
	7: "i([-2][2 3]),i(([2]([2][3]))),i(([-2][-2]-2)-1),i(([-2 -1 -2][2])),i([2]([2][2]1))",
};

const leaf = (weight: number): Node => ({ children: [], weight });
const above = (weight: number, ...children: Node[]): Node => ({ children, weight });

test("every known notation is printed as it was read, and has its TCN", () => {
	for (const [TCN, list] of Object.entries(NOTATIONS)) {
		for (const notation of list.split(",")) {
			expect(print(parse(notation))).toBe(notation);
			expect(attributesOf(parse(notation)).TCN).toBe(Number(TCN));
		}
	}
});

test("the lists are what the enumeration gives: all of TCN 2 and 3, all good ones of 4, some of the others", async () => {
	const sets = await tanglesUpTo(7);
	for (const [tcn, list] of Object.entries(NOTATIONS)) {
		const found = (sets[Number(tcn)] ?? [])
			.filter(({ is_good }) => tcn !== "4" || is_good)
			.map((each) => each.notation);
		const known = list.split(",");
		if (Number(tcn) <= 4) expect(found.toSorted()).toEqual(known.toSorted());
		else expect(found).toEqual(expect.arrayContaining(known));
	}
});

test("the signs of a stick alternate from node to node, the top one as printed, anew in every bracket", () => {
	expect(parse("i[3]")).toEqual(leaf(3));
	expect(parse("i[2 1]")).toEqual(above(1, leaf(-2)));
	expect(parse("i[-2 -1]")).toEqual(above(-1, leaf(2)));
	expect(parse("i[2 1 2]")).toEqual(above(2, above(-1, leaf(2))));
	expect(parse("i[3 0]")).toEqual(above(0, leaf(-3)));
	expect(parse("i[2 1 0]")).toEqual(above(0, above(-1, leaf(2))));
	expect(parse("i([-2][3])")).toEqual(above(0, leaf(-2), leaf(3)));
	expect(parse("i(([2][2])-1)")).toEqual(above(-1, above(0, leaf(2), leaf(2))));
});

test("a weight 0 is never -0, wherever in a stick it stands", () => {
	const weights = ({ children, weight }: Node): number[] => [weight, ...children.flatMap(weights)];
	for (const notation of ["i[0]", "i[0 0]", "i[0 0 0]", "i[2 0]", "i[0 2]", "i[2 0 1]", "i([0][2])"]) {
		expect(weights(parse(notation)).some((weight) => Object.is(weight, -0))).toBe(false);
		expect(print(parse(notation))).toBe(notation);
	}
});

test("what is printed of any tree is read as that tree", () => {
	fc.assert(
		fc.property(trees, (tree) => {
			const notation = print(tree);
			fc.pre(notation.length <= CHARACTERS);
			expect(parse(notation)).toEqual(tree);
		}),
		{ numRuns: 2000 },
	);
});

test("the reference prints and reads the same", () => {
	const asReference = ({ children, weight }: Node): Tree => ({
		children: children.map(asReference),
		weights: [...children.map(() => 0), weight],
	});
	fc.assert(
		fc.property(trees, (tree) => {
			expect(printTree(asReference(tree))).toBe(print(tree));
			expect(printTree(parseTree(print(tree)))).toBe(print(tree));
		}),
		{ numRuns: 2000 },
	);
});

function refusal(notation: string): NotationError {
	try {
		parse(notation);
	} catch (error) {
		if (error instanceof NotationError) return error;
		throw error;
	}
	throw new Error(`${notation} was read`);
}

/** Notation, position of the first character that cannot be, what is said of it. */
const MALFORMED: readonly (readonly [string, number, string])[] = [
	["", 1, '"i" is expected'],
	["x[3]", 1, '"i" is expected'],
	["I[3]", 1, '"i" is expected'],
	["i", 2, '"[" or "(" is expected'],
	["i3", 2, '"[" or "(" is expected'],
	["i<1 [2][2]>", 2, '"[" or "(" is expected'],
	["i[", 3, "a weight is expected"],
	["i[]", 3, "a weight is expected"],
	["i[-]", 3, "a weight is expected"],
	["i[+3]", 3, "a weight is expected"],
	["i[3", 4, '" " and a weight, or "]", is expected'],
	["i[3)", 4, '" " and a weight, or "]", is expected'],
	["i[3.5]", 4, '" " and a weight, or "]", is expected'],
	["i[3 ]", 5, "a weight is expected"],
	["i[3  1]", 5, "a weight is expected"],
	["i[3]]", 5, "the end is expected"],
	["i[3] ", 5, "the end is expected"],
	["i[3][3]", 5, "the end is expected"],
	["i(", 3, '"[" or "(" is expected'],
	["i()", 3, '"[" or "(" is expected'],
	["i(1)", 3, '"[" or "(" is expected'],
	["i([2][2]", 9, '"[", "(", a weight, or ")" is expected'],
	["i([2] [2])", 6, '"[", "(", a weight, or ")" is expected'],
	["i([2]1[2])", 7, '"[", "(", a weight, or ")" is expected'],
	["i[128]", 3, "a weight is beyond 127"],
	["i[-128]", 3, "a weight is beyond 127"],
	[`i[${"9".repeat(190)}]`, 3, "a weight is beyond 127"],
	["i[03]", 3, "this tangle is written i[3]"],
	["i[-0]", 3, "this tangle is written i[0]"],
	["i([2][2]0)", 9, "this tangle is written i([2][2])"],
	["i([2])", 2, "this tangle is written i[-2 0]"],
	[`i${"(".repeat(41)}`, 42, "it is deeper than 40 nodes"],
	[`i[${"1 ".repeat(40)}1]`, 83, "it is deeper than 40 nodes"],
	[`i(([${"1 ".repeat(38)}1])[2])`, 81, "it is deeper than 40 nodes"],
	[`i(${"[2]".repeat(41)})`, 123, "a node has more than 40 children"],
	[`i${"(".repeat(1_000_000)}`, 205, "it has more than 204 characters"],
	[`i[${"2 ".repeat(1_000_000)}2]`, 205, "it has more than 204 characters"],
	[`i${"\u0000".repeat(10)}`, 2, '"[" or "(" is expected'],
];

for (const [notation, position, what] of MALFORMED) {
	const shown = notation.length > 40 ? `${notation.slice(0, 40)}... of ${notation.length} characters` : notation;
	test(`refuses ${JSON.stringify(shown)}: ${what}`, () => {
		const error = refusal(notation);
		expect(error.message).toContain(what);
		expect(error.message).toContain(`character ${position}:`);
		expect(error.position).toBe(position);
		expect(error.notation).toBe(notation);
		expect(error.message.length).toBeLessThan(500);
		expect(isFault(error, "data")).toBe(true);
	});
}

test("the largest that is allowed is read: 40 deep, 40 children, weights of 127", () => {
	for (const notation of [`i[${"1 ".repeat(39)}1]`, `i(${"[2]".repeat(40)})`, "i[127 127]", "i([-127][127]-127)"]) {
		expect(print(parse(notation))).toBe(notation);
	}
});

test("any text either is the notation of a tree or is refused with a NotationError", () => {
	const texts = fc.oneof(
		fc.string({ unit: fc.constantFrom(..."i[]()-0123 "), maxLength: 40 }).map((text) => `i${text}`),
		anyText(300),
		// A notation with one character cut out, doubled or replaced.
		fc
			.tuple(trees, fc.nat(), fc.constantFrom("", "[", "]", "(", ")", "-", "0", " ", "((", "é"))
			.map(([tree, at, by]) => {
				const notation = print(tree);
				const place = at % notation.length;
				return notation.slice(0, place) + by + notation.slice(place + 1);
			}),
	);
	fc.assert(
		fc.property(texts, (text) => {
			try {
				expect(print(parse(text))).toBe(text);
			} catch (error) {
				expect(error).toBeInstanceOf(NotationError);
			}
		}),
		{ numRuns: 5000 },
	);
});
