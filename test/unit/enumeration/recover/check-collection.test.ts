import { expect, test } from "bun:test";
import { check } from "../../../../src/enumeration/recover/check-collection.ts";
import { describeRepair, isRepairable, needsPerson } from "../../../../src/enumeration/recover/findings.ts";
import { MemoryCollection } from "../../../../src/enumeration/stencils/in-memory.ts";
import { STATE } from "../../../../src/enumeration/stencils/ports.ts";
import { stencilIdOf, stencilsUpTo } from "../../../../src/enumeration/stencils/stencils.ts";

const idOf = (rootstockTcn: number, scionTcn: number) => stencilIdOf({ rootstockTcn, scionTcn });
const CURSOR = { rootstock: "1".repeat(24), scion: "2".repeat(24), pair: 4 };

/** All complete up to TCN 4 of 6. */
function sound(): MemoryCollection {
	const collection = MemoryCollection.fresh(6, stencilsUpTo(6));
	collection.configure({ completedTcn: 4 });
	for (const pair of stencilsUpTo(4)) collection.change(stencilIdOf(pair), { state: STATE.complete });
	return collection;
}

interface Case {
	readonly name: string;
	readonly damage: (collection: MemoryCollection) => void;
	/** Kind, what is done, and the words for it. */
	readonly finds: readonly (readonly [kind: string, does: string, words: string])[];
}

const CASES: readonly Case[] = [
	{ name: "nothing", damage: () => {}, finds: [] },
	{
		name: "no config document",
		damage: (collection) => {
			collection.config = undefined;
		},
		finds: [["config-missing", "ask", "all jobs up to TCN 4 are pushed: N is 4 where the workers have finished them"]],
	},
	{
		name: "max_tcn below current_completed_tcn",
		damage: (collection) => collection.configure({ maxTcn: 3 }),
		finds: [["config-max", "ask", "set max_tcn, or set current_completed_tcn back"]],
	},
	{
		name: "counters of a TCN that is not begun",
		damage: (collection) => collection.configure({ baseline: { tcn: 6, processed: 1, failed: 0 } }),
		finds: [["config-counters", "drop-counters", "counters removed"]],
	},
	{
		name: "an epoch ahead",
		damage: (collection) => collection.change(idOf(2, 3), { epoch: 5 }),
		finds: [["epoch-behind", "raise-epoch", "raised above 5"]],
	},
	{
		name: "a missing stencil",
		damage: (collection) => void collection.stencils.delete(idOf(2, 3)),
		finds: [["missing", "add", "added as new"]],
	},
	{
		name: "a spare",
		damage: (collection) => collection.add({ rootstockTcn: 2, scionTcn: 2 }, "f".repeat(24), 0),
		finds: [["doubled", "remove", `removed; ${idOf(2, 2)} stays`]],
	},
	{
		name: "half pushed, though complete",
		damage: (collection) => collection.change(idOf(2, 2), { cursor: CURSOR }),
		finds: [["half-pushed", "renew", "set back to new"]],
	},
	{
		name: "open at current_completed_tcn",
		damage: (collection) => collection.change(idOf(2, 2), { state: STATE.started, cursor: CURSOR }),
		finds: [["open-below", "reopen", "current_completed_tcn set to 3"]],
	},
	{
		name: "interrupted in the TCN in work",
		damage: (collection) => collection.change(idOf(2, 3), { state: STATE.started, cursor: CURSOR }),
		finds: [["interrupted", "push", "0 jobs pushed"]],
	},
	{
		name: "begun above the TCN in work",
		damage: (collection) => collection.change(idOf(2, 4), { state: STATE.started }),
		finds: [["started-above", "renew", "set back to new"]],
	},
	{
		name: "complete above the TCN in work",
		damage: (collection) => collection.change(idOf(2, 4), { state: STATE.complete }),
		finds: [["complete-above", "ask", "`tangles recover --restart-tcn 5` pushes all from that TCN on again"]],
	},
	{
		name: "an unfinished restart beside an epoch ahead",
		damage: (collection) => {
			collection.configure({ restart: 4 });
			collection.change(idOf(2, 3), { epoch: 5, state: STATE.started });
		},
		finds: [
			["epoch-behind", "raise-epoch", "raised above 5"],
			["restart", "restart-tcn", "all stencils from TCN 4 on set back to new"],
		],
	},
];

test.each(CASES)("the checks find: $name", ({ damage, finds }) => {
	const collection = sound();
	damage(collection);
	const { findings, sound: config } = check(collection.snapshot());
	expect<unknown>(findings.map(({ kind, repair }) => [kind, repair.do])).toEqual(
		finds.map(([kind, does]) => [kind, does]),
	);
	for (const [at, [, , words]] of finds.entries()) {
		const finding = findings[at];
		expect(finding && describeRepair(finding.repair)).toContain(words);
	}
	const blocked = findings.some((finding) => finding.key === "config" && needsPerson(finding));
	expect(config === undefined).toBe(blocked);
	for (const finding of findings) expect(isRepairable(finding) && needsPerson(finding)).toBe(false);
});
