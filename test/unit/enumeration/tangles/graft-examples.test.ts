import { expect, test } from "bun:test";
import { attributesOf } from "../../../../src/enumeration/tangles/attributes.ts";
import { graft } from "../../../../src/enumeration/tangles/graft.ts";
import { parse } from "../../../../src/enumeration/tangles/parse.ts";
import { rootstockOf } from "../../../../src/enumeration/tangles/rootstock.ts";
import { scionOf } from "../../../../src/enumeration/tangles/scion.ts";
import { parseTree, referenceGraft } from "../../../support/graft-reference.ts";

/** Rootstock, scion, and what the pair gives, in order: notation, positivity, goodness. */
const EXAMPLES: readonly (readonly [string, string, readonly string[]])[] = [
	["i[1]", "i[2]", []],
	["i[1]", "i[-2]", ["i[2 1] neutral good"]],
	["i[-1]", "i[2]", ["i[-2 -1] neutral good"]],
	["i[3]", "i[-2]", ["i[2 3] neutral good"]],
	["i[2]", "i[2 1]", []],
	["i[-2]", "i[2 1]", ["i[-2 -1 -2] neutral good"]],
	["i[-1]", "i[3 1]", ["i[-3 -1 -1] neutral good"]],
	["i[0]", "i[3]", ["i[-3 0] neutral not good"]],
	["i[0]", "i[2 1]", ["i[-2 -1 0] neutral not good"]],
	["i[0]", "i([2][2])", ["i(([2][2])) positive not good"]],
	["i[0]", "i([2][2]1)", ["i(([2][2]1)) positive not good"]],
	["i[0]", "i(([2][2])1)", []],
	["i[0]", "i(([2][2])2)", ["i((([2][2])2)) positive not good"]],
	["i[1]", "i([2][2])", ["i(([2][2])1) positive good"]],
	["i[-1]", "i([2][2])", ["i(([2][2])-1) positive good"]],
	["i[2]", "i([2][-3])", ["i(([2][-3])2) positive good"]],
	["i[1]", "i(([2][2])1)", []],
	["i[1]", "i(([2][2])-1)", []],
	["i[1]", "i(([2][2])-2)", ["i((([2][2])-2)1) positive good"]],
	["i[1]", "i(([2][2])2)", []],
	["i[2 0]", "i[2]", []],
	["i[2 0]", "i[-2]", ["i([-2][-2]) negative good", "i([-2][-2]) negative good"]],
	["i[-2 0]", "i[2]", ["i([2][2]) positive good", "i([2][2]) positive good"]],
	["i[2 0]", "i[3]", ["i([-2][3]) negative good", "i([-2][3]) negative good"]],
	["i[3 0]", "i[3]", ["i([-3][3]) neutral good", "i([-3][3]) neutral good"]],
	["i[2 1]", "i[3]", ["i([-2][3]1) negative good", "i([-2][3]-1) negative good"]],
	["i[2 3]", "i[-2]", ["i([-2][-2]3) negative good", "i([-2][-2]-3) negative good"]],
	["i[2 1]", "i[2]", []],
	["i[2 1 0]", "i[3]", []],
	["i[2 1 1]", "i[3]", []],
	["i([2][2])", "i[3]", ["i([2][2][3]) positive good"]],
	["i([2][2])", "i[-2]", []],
	["i([2][2]1)", "i[3]", ["i([2][2][3]1) positive good"]],
	["i([2][2])", "i[2 1]", []],
	["i([2][2])", "i([2][2])", ["i([2][2]([2][2])) positive good"]],
	["i([2][2])", "i([2][2]1)", ["i([2][2]([2][2]1)) positive good"]],
	["i([-2][-2]1)", "i([-2][-2])", ["i([-2][-2]([-2][-2])1) negative good"]],
	["i(([2][2]1))", "i[2]", ["i([2]([2][2]1)) positive good", "i([2]([2][2]1)) positive good"]],
	["i[-2 0]", "i([2][2]1)", ["i([2]([2][2]1)) positive good", "i([2]([2][2]1)) positive good"]],
	["i(([2][2]-1))", "i[2]", ["i(([2][2]-1)[2]) positive good", "i(([2][2]-1)[2]) positive good"]],
	["i([3]([2][2]1))", "i[2]", ["i([3][2]([2][2]1)) positive good"]],
	["i(([2][2]1)([2][2]1))", "i[3]", ["i([3]([2][2]1)([2][2]1)) positive good"]],
	["i(([2][2])1)", "i[2]", ["i(([2][2])[2]1) positive good", "i(([2][2])[2]-1) positive good"]],
	["i(([2][2])-1)", "i[2]", ["i(([2][2])[2]-1) positive good", "i(([2][2])[2]1) positive good"]],
	["i(([2][2]))", "i[3]", ["i(([2][2])[3]) positive good", "i(([2][2])[3]) positive good"]],
	["i[3 0]", "i(([2][2])1)", []],
	["i[3 0]", "i(([2][2])2)", ["i([-3](([2][2])2)) positive good", "i([-3](([2][2])2)) positive good"]],
	["i[3 0]", "i(([3][3])2)", ["i([-3](([3][3])2)) positive good", "i([-3](([3][3])2)) positive good"]],
	["i[3 0]", "i(([3][3])-2)", ["i([-3](([3][3])-2)) negative good", "i([-3](([3][3])-2)) negative good"]],
	["i[3 0]", "i(([3][3])3)", ["i([-3](([3][3])3)) neutral good", "i([-3](([3][3])3)) neutral good"]],
	["i[3 0]", "i((([3][3])-3)2)", ["i([-3]((([3][3])-3)2)) neutral good", "i([-3]((([3][3])-3)2)) neutral good"]],
	["i[2 0]", "i(([3][3])2)", []],
	["i([2][2])", "i[2 0]", []],
	["i([2][2])", "i[1]", []],
	["i[2]", "i[0]", ["i[0 2] neutral good"]],
	["i[0]", "i[0]", ["i[0 0] neutral not good"]],
	["i[0]", "i[1]", []],
	["i[0]", "i[2 0]", []],
];

function grafts(rootstock: string, scion: string): string[] {
	const [below, above] = [parse(rootstock), parse(scion)];
	const grafted = graft(rootstockOf(below, attributesOf(below).TCN), scionOf(above, attributesOf(above).TCN));
	if (grafted === undefined) return [];
	const attributes = `${grafted.positivity} ${grafted.is_good ? "good" : "not good"}`;
	const notations = [grafted.notation, grafted.flipped].filter((notation) => notation !== undefined);
	return notations.map((notation) => `${notation} ${attributes}`);
}

for (const [rootstock, scion, results] of EXAMPLES) {
	test(`${scion} on ${rootstock} gives ${results.join(", then ") || "nothing"}`, () => {
		expect(grafts(rootstock, scion)).toEqual([...results]);
	});
}

test("the reference gives the same for every example", () => {
	for (const [rootstock, scion, results] of EXAMPLES) {
		const emitted = referenceGraft(parseTree(rootstock), parseTree(scion));
		const lines = emitted.map((each) => `${each.notation} ${each.positivity} ${each.is_good ? "good" : "not good"}`);
		expect(lines).toEqual([...results]);
	}
});
