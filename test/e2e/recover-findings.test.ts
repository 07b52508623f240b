import { test } from "bun:test";
import { ObjectId } from "mongodb";
import { type Damage, expectRecovered, fresh, plain, reopened } from "../support/recover-damage.ts";
import { stencil, stencilId } from "../support/recover-scene.ts";

const OTHER = new ObjectId("00000000000000000000aaaa");

const DAMAGES: readonly Damage[] = [
	{
		name: "a missing stencil",
		damage: ({ run }) => run.stencils.deleteOne({ _id: stencilId(3, 5) }),
		finds: [["missing", stencilId(3, 5), "there is no such stencil, though max_tcn is 9", "repaired"]],
		after: { [String(stencilId(3, 5))]: plain(3, 5) },
	},
	{
		name: "a missing stencil of a TCN that counts as complete",
		damage: ({ run }) => run.stencils.deleteOne({ _id: stencilId(2, 3) }),
		finds: [
			["missing", stencilId(2, 3), "there is no such stencil", "repaired"],
			["open-below", stencilId(2, 3), "is new, although TCN 6 counts as complete", "repaired"],
		],
		// TCN 6 was made from an incomplete TCN 5.
		after: { [String(stencilId(2, 3))]: plain(2, 3), ...fresh([1, 5], [2, 4], [3, 3], [4, 2]), config: reopened(5) },
	},
	{
		name: "a doubled pair, one of which was never begun",
		damage: ({ run }) => run.stencils.insertOne(stencil(2, 2, { _id: OTHER })),
		finds: [["doubled", OTHER, `${stencilId(2, 2)} has the same numbers, and this one has pushed nothing`, "repaired"]],
		after: { [String(OTHER)]: undefined },
	},
	{
		name: "a doubled pair, both complete",
		damage: ({ run }) => run.stencils.insertOne(stencil(2, 2, { _id: OTHER, state: 3 })),
		finds: [["doubled", OTHER, `2 stencils have its numbers: ${OTHER}, ${stencilId(2, 2)}`, "person"]],
	},
	{
		name: "a doubled pair, one with fields of others",
		damage: ({ run }) => run.stencils.insertOne(stencil(2, 2, { _id: OTHER, mine: 1 })),
		finds: [["doubled", OTHER, "2 stencils have its numbers", "person"]],
	},
	{
		name: "j + k that is not TCN",
		damage: (scene) => scene.set(3, 4, { TCN: 8 }),
		finds: [["sum", stencilId(3, 4), "TCN is 8, but rootstock_tcn + scion_tcn = 3 + 4 = 7", "person"]],
	},
	{
		name: "numbers that are text",
		damage: (scene) => scene.set(3, 4, { TCN: "7", scion_tcn: "4" }),
		finds: [["malformed", stencilId(3, 4), 'TCN is not a whole number from 0 on (found "7")', "person"]],
	},
	{
		name: "an _id that is no ObjectId",
		damage: async ({ run }) => {
			await run.stencils.deleteOne({ _id: stencilId(3, 4) });
			await run.stencils.insertOne({ ...stencil(3, 4), _id: "mine" });
		},
		finds: [["malformed", '"mine"', "_id is not an ObjectId", "person"]],
	},
	{
		name: "a rootstock of TCN 0, which produce passes over",
		damage: ({ run }) => run.stencils.insertOne(stencil(0, 7, { _id: OTHER })),
		finds: [["no-rootstock", OTHER, "rootstock_tcn is 0", "left"]],
	},
	{
		name: "a scion of TCN 1",
		damage: ({ run }) => run.stencils.insertOne(stencil(6, 1, { _id: OTHER })),
		finds: [["no-scion", OTHER, "scion_tcn is 1", "person"]],
	},
	{
		name: "state 7",
		damage: (scene) => scene.set(3, 4, { state: 7 }),
		finds: [
			["state", stencilId(3, 4), "state is none of 0 new, 1 started, 2 no_headroom, 3 complete (found 7)", "person"],
		],
	},
	{
		name: "no state",
		damage: (scene) => scene.set(3, 4, {}, { state: "" }),
		finds: [["state", stencilId(3, 4), "state is none of 0 new", "person"]],
	},
	{
		name: "foreign documents",
		damage: ({ run }) =>
			run.stencils.insertMany([
				{ _id: "notes", text: "mine" },
				{ _id: OTHER, state: 0, TCN: 7 },
			]),
		finds: [
			["foreign", '"notes"', "is no stencil and not the config document", "person"],
			["foreign", OTHER, "is no stencil and not the config document", "person"],
		],
	},
	{
		name: "a doubled pair that has the _id of one that is missing",
		damage: (scene) => scene.set(3, 5, { rootstock_tcn: 4, scion_tcn: 4 }),
		finds: [
			["doubled", stencilId(3, 5), `${stencilId(4, 4)} has the same numbers`, "repaired"],
			["missing", stencilId(3, 5), "there is no such stencil", "repaired"],
		],
		after: { [String(stencilId(3, 5))]: plain(3, 5) },
	},
];

test.each(DAMAGES.map((damage) => [damage.name, damage] as const))("%s", async (_, damage) => {
	await expectRecovered(damage);
});
