import { test } from "bun:test";
import { ObjectId } from "mongodb";
import { counted, type Damage, expectRecovered, fresh, plain, pushed, reopened } from "../support/recover-damage.ts";
import { stencilId } from "../support/recover-scene.ts";

const OTHER = new ObjectId("00000000000000000000aaaa");

const DAMAGES: readonly Damage[] = [
	{
		name: "complete with a cursor",
		damage: (scene) => scene.set(2, 4, { cursor: scene.cursor(2, 2, 4, 0) }),
		finds: [["cursor-needless", stencilId(2, 4), "is complete, but has a cursor", "repaired"]],
		after: { [String(stencilId(2, 4))]: plain(2, 4, { state: 3 }) },
	},
	{
		name: "new with a cursor",
		damage: (scene) => scene.set(3, 4, { cursor: scene.cursor(3, 2, 4, 0) }),
		finds: [["cursor-needless", stencilId(3, 4), "is new, but has a cursor", "repaired"]],
		after: { [String(stencilId(3, 4))]: plain(3, 4) },
	},
	{
		name: "started above n+1",
		damage: (scene) =>
			scene.set(4, 4, { state: 1, cursor: scene.cursor(4, 2, 4, 0), progress: { round: 7, pushed: 3, total: 9 } }),
		finds: [["started-above", stencilId(4, 4), "is started, although only TCN 6 is complete", "repaired"]],
		after: { [String(stencilId(4, 4))]: plain(4, 4, { progress: { round: 7, pushed: 3, total: 9 } }) },
	},
	{
		name: "complete above n+1",
		damage: async (scene) => {
			await scene.set(4, 4, { state: 3 });
			await scene.set(4, 5, { state: 3 });
		},
		finds: [
			["complete-above", stencilId(4, 4), "is complete, as 1 more above it are, although only TCN 6 is", "person"],
		],
	},
	{
		name: "open below n",
		damage: (scene) => scene.set(2, 3, { state: 0 }),
		finds: [["open-below", stencilId(2, 3), "is new, although TCN 6 counts as complete", "repaired"]],
		after: { ...fresh([2, 3], [1, 5], [2, 4], [3, 3], [4, 2]), config: reopened(5) },
	},
	{
		name: "open at n, with the next TCN begun on its old pages",
		damage: async (scene) => {
			await scene.set(2, 4, { state: 0 });
			await scene.set(3, 4, {
				state: 1,
				cursor: scene.cursor(3, 2, 4, 4),
				progress: { round: 7, pushed: 5, total: 9 },
			});
			await scene.set(2, 5, { ...pushed(9) });
			await scene.setConfig({ work: { tcn: 7, processed: 3, failed: 1, open: 0 } });
		},
		finds: [["open-below", stencilId(2, 4), "is new, although TCN 6 counts as complete", "repaired"]],
		after: { ...fresh([2, 4], [3, 4], [2, 5]), config: reopened(6) },
	},
	{
		name: "two TCNs open below n: all goes back to the lower one",
		damage: async (scene) => {
			await scene.set(2, 4, { state: 0 });
			await scene.set(1, 3, { state: 2 });
		},
		finds: [
			["open-below", stencilId(1, 3), "is no_headroom, although TCN 6 counts as complete", "repaired"],
			["open-below", stencilId(2, 4), "is new, although TCN 6 counts as complete", "repaired"],
		],
		after: {
			...fresh([1, 3], [1, 4], [2, 3], [3, 2], [1, 5], [2, 4], [3, 3], [4, 2]),
			config: reopened(4),
		},
	},
	{
		name: "complete, with a cursor that says how far it was pushed",
		damage: (scene) =>
			scene.set(3, 4, {
				...{ state: 3, cursor: { ...scene.cursor(3, 2, 4, 4), pair: 5 } },
				...{ progress: { round: 7, pushed: 5, total: 9 } },
			}),
		finds: [["half-pushed", stencilId(3, 4), "is complete, but its cursor says that only 5 of its jobs", "repaired"]],
		after: { [String(stencilId(3, 4))]: plain(3, 4, { progress: { round: 7, pushed: 5, total: 9 } }) },
	},
	{
		name: "a cursor that was moved",
		damage: (scene) =>
			scene.set(3, 4, {
				...{ state: 1, cursor: { ...scene.cursor(3, 4, 4, 2), pair: 5 } },
				...{ progress: { round: 7, pushed: 5, total: 9 } },
			}),
		finds: [
			["cursor-off-page", stencilId(3, 4), "its cursor is not at pair 5 of 9, where it was stored", "repaired"],
			["interrupted", stencilId(3, 4), "was left started", "repaired"],
		],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(14)), config: counted },
		jobs: 9,
	},
	{
		name: "interrupted above a TCN whose jobs are not proven finished",
		damage: async (scene) => {
			await scene.set(3, 4, { state: 1 });
			await scene.setConfig({ work: { tcn: 6, processed: 3, failed: 1, open: 0 } });
		},
		finds: [["interrupted", stencilId(3, 4), "was left started", "left"]],
	},
	{
		name: "no_headroom at n",
		damage: (scene) => scene.set(2, 4, { state: 2, cursor: scene.cursor(2, 2, 4, 2) }),
		finds: [["open-below", stencilId(2, 4), "is no_headroom, although TCN 6 counts as complete", "repaired"]],
		// Its count is of no round that could be proven any more, so it begins anew.
		after: { ...fresh([2, 4]), config: reopened(6) },
	},
	{
		name: "resting, which is shown as no_headroom",
		damage: (scene) => scene.set(3, 4, { state: 1, resting: true, cursor: scene.cursor(3, 2, 4, 4) }),
		finds: [["interrupted", stencilId(3, 4), "was left no_headroom", "repaired"]],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(4)), config: counted },
		jobs: 4,
	},
	{
		name: "an interrupted stencil, which is no damage",
		damage: (scene) => scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 4, 4) }),
		finds: [["interrupted", stencilId(3, 4), "was left started", "repaired"]],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(4)), config: counted },
		jobs: 4,
	},
	{
		name: "a cursor off a page start",
		damage: (scene) =>
			scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 4, 1), progress: { round: 7, pushed: 3, total: 9 } }),
		finds: [
			["cursor-off-page", stencilId(3, 4), "begins no page of 2", "repaired"],
			["interrupted", stencilId(3, 4), "was left started", "repaired"],
		],
		// The three that were pushed before are still to be finished.
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(12)), config: counted },
		jobs: 9,
	},
	{
		name: "a cursor into another TCN",
		damage: (scene) => scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 5, 2) }),
		finds: [
			["cursor-off-page", stencilId(3, 4), "is a tangle of TCN 5, not 4", "repaired"],
			["interrupted", stencilId(3, 4), "was left started", "repaired"],
		],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(9)), config: counted },
		jobs: 9,
	},
	{
		name: "a cursor that names no tangle, and a scion that is not good",
		damage: async (scene) => {
			const [bad] = await scene.run.addTangles(4, 1, false, 50);
			const cursor = { rootstock: OTHER, scion: new ObjectId(bad) };
			await scene.set(3, 4, { state: 1, cursor });
		},
		finds: [
			["cursor-off-page", stencilId(3, 4), `rootstock ${OTHER} is no tangle; its cursor's scion`, "repaired"],
			["interrupted", stencilId(3, 4), "was left started", "repaired"],
		],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(9)), config: counted },
		jobs: 9,
	},
	{
		name: "a cursor that is none",
		damage: (scene) => scene.set(3, 4, { state: 1, cursor: "0-3" }),
		finds: [
			["cursor-malformed", stencilId(3, 4), "cursor is not a pair of page starts", "repaired"],
			["interrupted", stencilId(3, 4), "was left started", "repaired"],
		],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(9)), config: counted },
		jobs: 9,
	},
	{
		name: "a count of jobs that is none",
		damage: (scene) => scene.set(2, 4, { progress: { round: 6, pushed: "all", total: 9 } }),
		finds: [["progress", stencilId(2, 4), "progress.pushed is not a whole number", "repaired"]],
		after: { [String(stencilId(2, 4))]: plain(2, 4, { state: 3 }) },
	},
	{
		name: "a count of jobs to a TCN that is not begun",
		damage: (scene) => scene.set(2, 4, { progress: { round: 8, pushed: 9, total: 9 } }),
		finds: [["progress", stencilId(2, 4), "its jobs are counted to TCN 8, which is not begun", "repaired"]],
		after: { [String(stencilId(2, 4))]: plain(2, 4, { state: 3 }) },
	},
	{
		name: "an interrupted stencil without tangles for one side",
		damage: async (scene) => {
			await scene.run.tangles.deleteMany({ TCN: 4 });
			await scene.set(3, 4, { state: 1 });
		},
		finds: [["empty-side", stencilId(3, 4), "was left started; there is no good tangle of TCN 4", "person"]],
	},
	{
		name: "several at once: what is safe is repaired beside what is not",
		damage: async (scene) => {
			await scene.set(3, 4, { state: 7, cursor: "x" });
			await scene.set(2, 4, { cursor: scene.cursor(2, 2, 4, 0) });
			await scene.run.stencils.insertOne({ _id: "notes" });
			await scene.set(2, 5, { state: 1, cursor: scene.cursor(2, 4, 5, 0) });
		},
		finds: [
			["cursor-needless", stencilId(2, 4), "is complete, but has a cursor", "repaired"],
			["interrupted", stencilId(2, 5), "was left started", "repaired"],
			["state", stencilId(3, 4), "found 7", "person"],
			["foreign", '"notes"', "is no stencil", "person"],
		],
		after: {
			[String(stencilId(2, 4))]: plain(2, 4, { state: 3 }),
			[String(stencilId(2, 5))]: plain(2, 5, pushed(3)),
			config: counted,
		},
		jobs: 3,
	},
];

test.each(DAMAGES.map((damage) => [damage.name, damage] as const))("%s", async (_, damage) => {
	await expectRecovered(damage);
});
