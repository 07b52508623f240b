import { expect, test } from "bun:test";
import fc from "fast-check";
import { attributesOf } from "../../../../src/enumeration/tangles/attributes.ts";
import { graft } from "../../../../src/enumeration/tangles/graft.ts";
import { parse } from "../../../../src/enumeration/tangles/parse.ts";
import { print } from "../../../../src/enumeration/tangles/print.ts";
import { rootstockOf } from "../../../../src/enumeration/tangles/rootstock.ts";
import { scionOf } from "../../../../src/enumeration/tangles/scion.ts";
import type { Node, TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { type Emitted, parseTree, referenceGraft } from "../../../support/graft-reference.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";
import { trees } from "../../../support/trees.ts";

type Result = Emitted & Pick<TangleFields, "TCN">;

/** What a graft gives, in order. */
function results(rootstock: Node, scion: Node): Result[] {
	const grafted = graft(rootstockOf(rootstock, attributesOf(rootstock).TCN), scionOf(scion, attributesOf(scion).TCN));
	if (grafted === undefined) return [];
	const { notation, flipped, TCN, is_good, positivity } = grafted;
	return [notation, flipped]
		.filter((each) => each !== undefined)
		.map((each) => ({ notation: each, TCN, is_good, positivity }));
}

/** A node's tree for the reference, read once however many pairs it is in. */
const referenceTrees = new WeakMap<Node, ReturnType<typeof parseTree>>();
function referenceTree(node: Node): ReturnType<typeof parseTree> {
	const known = referenceTrees.get(node) ?? parseTree(print(node));
	referenceTrees.set(node, known);
	return known;
}

const withoutTcn = ({ notation, is_good, positivity }: Emitted): Emitted => ({ notation, is_good, positivity });

function sameAsReference(rootstock: Node, scion: Node): number {
	const found = results(rootstock, scion);
	const expected = referenceGraft(referenceTree(rootstock), referenceTree(scion));
	// For a hundred thousand pairs: the matcher costs more than both grafts, and is asked only for its message.
	const compared = found.map(withoutTcn);
	if (!Bun.deepEquals(compared, expected)) expect(compared).toEqual(expected);
	return found.length;
}

test("on any two trees it gives what the reference gives", () => {
	let given = 0;
	fc.assert(
		fc.property(trees, trees, (rootstock, scion) => {
			given += sameAsReference(rootstock, scion);
		}),
		{ numRuns: 20_000 },
	);
	// Rejected pairs alone would prove little.
	expect(given).toBeGreaterThan(1000);
});

test("on every pair of tangles up to TCN 9, good or not, of whatever signs, it gives what the reference gives", async () => {
	const sets = (await tanglesUpTo(8)).map((set) => set.map(({ notation }) => parse(notation)));
	sets[0] = ["i[0]", "i[0 0]"].map(parse);
	for (let TCN = 0; TCN <= 9; TCN += 1) {
		for (const [rootstockTcn, rootstocks] of sets.slice(0, TCN + 1).entries()) {
			const scions = sets[TCN - rootstockTcn] ?? [];
			for (const rootstock of rootstocks) for (const scion of scions) sameAsReference(rootstock, scion);
		}
	}
});

test("a result has the TCN of both together, and the attributes of its notation", async () => {
	const sets = await tanglesUpTo(6);
	let given = 0;
	const read = sets.flat().map((tangle) => ({ ...tangle, root: parse(tangle.notation) }));
	for (const rootstock of read) {
		for (const scion of read.filter(({ is_good }) => is_good)) {
			for (const { notation, ...attributes } of results(rootstock.root, scion.root)) {
				given += 1;
				const root = parse(notation);
				const found = { ...attributesOf(root), sum: attributes.TCN, notation: print(root) };
				const expected = { ...attributes, sum: rootstock.TCN + scion.TCN, notation };
				if (!Bun.deepEquals(found, expected)) expect(found).toEqual(expected);
			}
		}
	}
	expect(given).toBeGreaterThan(1000);
});

test("rings are brought to the right of inputs that are not so, too", () => {
	const ring = "([2][2]1)";
	const given = (rootstock: string, scion: string) =>
		results(parse(rootstock), parse(scion)).map(({ notation }) => notation);
	expect(given(`i(${ring}[3])`, "i[4]")).toEqual([`i([3][4]${ring})`]);
	expect(given("i([3][4])", `i(${ring}[3])`)).toEqual([`i([3][4]([3]${ring}))`]);
	expect(given(`i([3](${ring}[5]))`, "i[4]")).toEqual([`i([3]([5]${ring})[4])`]);
});
