import { expect, test } from "bun:test";
import { ObjectId } from "mongodb";
import { RecoverScene, type Report, stencil, stencilId } from "../support/recover-scene.ts";

/** A way to damage a sound collection, and what is to become of it. */
interface Damage {
	readonly name: string;
	readonly damage: (scene: RecoverScene) => Promise<unknown>;
	/** Findings expected: kind, document, words in it, outcome. */
	readonly finds: readonly (readonly [string, ObjectId | string, string, "mended" | "person" | "left" | "waits"])[];
	/** Documents that differ afterwards, and how; undefined where they are gone. */
	readonly after?: Readonly<Record<string, object | undefined>>;
	readonly jobs?: number;
}

const OTHER = new ObjectId("00000000000000000000aaaa");
const config = { current_completed_tcn: 6, max_tcn: 9 };
const plain = (j: number, k: number, fields: object = {}) => {
	const { _id, ...rest } = stencil(j, k, fields);
	return rest;
};
const pushed = (pushedJobs: number) => ({ state: 3, progress: { round: 7, pushed: pushedJobs, total: 9 } });
const counted = expect.objectContaining({ ...config, work: expect.objectContaining({ tcn: 7 }) });

const DAMAGES: readonly Damage[] = [
	{
		name: "a missing stencil",
		damage: ({ run }) => run.stencils.deleteOne({ _id: stencilId(3, 5) }),
		finds: [["missing", stencilId(3, 5), "there is no such stencil, though max_tcn is 9", "mended"]],
		after: { [String(stencilId(3, 5))]: plain(3, 5) },
	},
	{
		name: "a missing stencil of a TCN that counts as complete",
		damage: ({ run }) => run.stencils.deleteOne({ _id: stencilId(2, 3) }),
		finds: [
			["missing", stencilId(2, 3), "there is no such stencil", "mended"],
			["open-below", stencilId(2, 3), "is new, although TCN 6 counts as complete", "mended"],
		],
		after: { [String(stencilId(2, 3))]: plain(2, 3, pushed(9)), config: counted },
		jobs: 9,
	},
	{
		name: "a doubled pair, one of which was never begun",
		damage: ({ run }) => run.stencils.insertOne(stencil(2, 2, { _id: OTHER })),
		finds: [["doubled", OTHER, `${stencilId(2, 2)} has the same numbers, and this one has pushed nothing`, "mended"]],
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
		name: "complete with a cursor",
		damage: (scene) => scene.set(2, 4, { cursor: scene.cursor(2, 2, 4, 0) }),
		finds: [["cursor-needless", stencilId(2, 4), "is complete, but has a cursor", "mended"]],
		after: { [String(stencilId(2, 4))]: plain(2, 4, { state: 3 }) },
	},
	{
		name: "new with a cursor",
		damage: (scene) => scene.set(3, 4, { cursor: scene.cursor(3, 2, 4, 0) }),
		finds: [["cursor-needless", stencilId(3, 4), "is new, but has a cursor", "mended"]],
		after: { [String(stencilId(3, 4))]: plain(3, 4) },
	},
	{
		name: "started above n+1",
		damage: (scene) =>
			scene.set(4, 4, { state: 1, cursor: scene.cursor(4, 2, 4, 0), progress: { round: 7, pushed: 3, total: 9 } }),
		finds: [["started-above", stencilId(4, 4), "is started, although only TCN 6 is complete", "mended"]],
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
		finds: [["open-below", stencilId(2, 3), "is new, although TCN 6 counts as complete", "mended"]],
		after: { [String(stencilId(2, 3))]: plain(2, 3, pushed(9)), config: counted },
		jobs: 9,
	},
	{
		name: "no_headroom at n",
		damage: (scene) => scene.set(2, 4, { state: 2, cursor: scene.cursor(2, 2, 4, 2) }),
		finds: [["open-below", stencilId(2, 4), "is no_headroom, although TCN 6 counts as complete", "mended"]],
		after: { [String(stencilId(2, 4))]: plain(2, 4, pushed(5)), config: counted },
		jobs: 5,
	},
	{
		name: "an interrupted stencil, which is no damage",
		damage: (scene) => scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 4, 4) }),
		finds: [["interrupted", stencilId(3, 4), "was left started", "mended"]],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(4)), config: counted },
		jobs: 4,
	},
	{
		name: "a cursor off a page start",
		damage: (scene) =>
			scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 4, 1), progress: { round: 7, pushed: 3, total: 9 } }),
		finds: [
			["cursor-off-page", stencilId(3, 4), "begins no page of 2", "mended"],
			["interrupted", stencilId(3, 4), "was left started", "mended"],
		],
		// The three that were pushed before are still to be finished.
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(12)), config: counted },
		jobs: 9,
	},
	{
		name: "a cursor into another TCN",
		damage: (scene) => scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 5, 2) }),
		finds: [
			["cursor-off-page", stencilId(3, 4), "is a tangle of TCN 5, not 4", "mended"],
			["interrupted", stencilId(3, 4), "was left started", "mended"],
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
			["cursor-off-page", stencilId(3, 4), `rootstock ${OTHER} is no tangle; its cursor's scion`, "mended"],
			["interrupted", stencilId(3, 4), "was left started", "mended"],
		],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(9)), config: counted },
		jobs: 9,
	},
	{
		name: "a cursor that is none",
		damage: (scene) => scene.set(3, 4, { state: 1, cursor: "0-3" }),
		finds: [
			["cursor-malformed", stencilId(3, 4), "cursor is not a pair of page starts", "mended"],
			["interrupted", stencilId(3, 4), "was left started", "mended"],
		],
		after: { [String(stencilId(3, 4))]: plain(3, 4, pushed(9)), config: counted },
		jobs: 9,
	},
	{
		name: "a count of jobs that is none",
		damage: (scene) => scene.set(2, 4, { progress: { round: 6, pushed: "all", total: 9 } }),
		finds: [["progress", stencilId(2, 4), "progress.pushed is not a whole number", "mended"]],
		after: { [String(stencilId(2, 4))]: plain(2, 4, { state: 3 }) },
	},
	{
		name: "a count of jobs to a TCN that is not begun",
		damage: (scene) => scene.set(2, 4, { progress: { round: 8, pushed: 9, total: 9 } }),
		finds: [["progress", stencilId(2, 4), "its jobs are counted to TCN 8, which is not begun", "mended"]],
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
		name: "several at once: what is safe is mended beside what is not",
		damage: async (scene) => {
			await scene.set(3, 4, { state: 7, cursor: "x" });
			await scene.set(2, 4, { cursor: scene.cursor(2, 2, 4, 0) });
			await scene.run.stencils.insertOne({ _id: "notes" });
			await scene.set(2, 5, { state: 1, cursor: scene.cursor(2, 4, 5, 0) });
		},
		finds: [
			["cursor-needless", stencilId(2, 4), "is complete, but has a cursor", "mended"],
			["interrupted", stencilId(2, 5), "was left started", "mended"],
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
	{
		name: "a doubled pair that has the _id of one that is missing",
		damage: (scene) => scene.set(3, 5, { rootstock_tcn: 4, scion_tcn: 4 }),
		finds: [
			["doubled", stencilId(3, 5), `${stencilId(4, 4)} has the same numbers`, "mended"],
			["missing", stencilId(3, 5), "there is no such stencil", "mended"],
		],
		after: { [String(stencilId(3, 5))]: plain(3, 5) },
	},
];

const told = ({ findings }: Report) => findings.map(({ outcome: _, ...finding }) => finding);

test.each(DAMAGES.map((damage) => [damage.name, damage] as const))(
	"%s",
	async (_, { damage, finds, after = {}, jobs = 0 }) => {
		await using scene = await RecoverScene.create();
		await damage(scene);
		const before = await scene.all();
		const code = finds.some(([, , , outcome]) => outcome === "person") ? 65 : 0;

		const dry = await scene.recover("--dry-run");
		expect(dry.code).toBe(code);
		expect(await scene.all()).toEqual(before);

		const unchanged = await scene.documents();
		const first = await scene.recover();
		const expected = finds.map(([finding, document, , outcome]) => [finding, String(document), outcome]);
		expect(first.report.findings.map((it) => [it.finding, it.document, it.outcome])).toEqual(expected);
		for (const [at, [, , words]] of finds.entries()) expect(first.report.findings[at]?.wrong).toContain(words);
		expect({ code: first.code, jobs: first.report.jobs }).toEqual({ code, jobs });
		expect(told(dry.report)).toEqual(told(first.report));

		await using eye = await scene.run.eye();
		expect(await eye.size()).toBe(jobs);
		const wanted = new Map(unchanged);
		for (const [id, fields] of Object.entries(after)) fields === undefined ? wanted.delete(id) : wanted.set(id, fields);
		expect(await scene.documents()).toEqual(wanted);
		// A run that has nothing to write leaves every byte as it was.
		if (Object.keys(after).length === 0) expect(await scene.all()).toEqual(before);

		const settled = await scene.all();
		const second = await scene.recover();
		const left = first.report.findings.filter(({ outcome }) => outcome !== "mended");
		expect({ code: second.code, findings: second.report.findings }).toEqual({ code, findings: left });
		expect(await scene.all()).toEqual(settled);
		expect(await eye.size()).toBe(jobs);
	},
);
