import { expect, test } from "bun:test";
import { ObjectId } from "mongodb";
import { RecoverScene, stencil, stencilId } from "../support/recover-scene.ts";
import { shared } from "../support/servers.ts";

test("on FerretDB too: every kind of write that repairs", async () => {
	await using scene = await RecoverScene.create({ mongo: shared.ferretdb() });
	const other = new ObjectId();
	await scene.run.stencils.deleteOne({ _id: stencilId(3, 5) });
	await scene.run.stencils.insertMany([stencil(2, 2, { _id: other }), { _id: "notes" }]);
	await scene.set(2, 4, { cursor: scene.cursor(2, 2, 4, 0), epoch: 12 });
	await scene.set(4, 4, { state: 1, epoch: "none" });
	await scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 4, 4) });
	await scene.setConfig({ work: 7 });
	const { code, report } = await scene.recover();
	expect(code).toBe(65);
	expect(report.findings.map(({ finding, outcome }) => `${finding} ${outcome}`).toSorted()).toEqual([
		...[
			"config-counters repaired",
			"cursor-needless repaired",
			"doubled repaired",
			"epoch repaired",
			"epoch-behind repaired",
		],
		...["foreign person", "interrupted repaired", "missing repaired", "started-above repaired"],
	]);
	expect(await scene.run.stencils.countDocuments()).toBe(30);
	expect(await scene.run.stencils.findOne({ _id: "notes" })).toEqual({ _id: "notes" });
	expect((await scene.recover()).report.findings).toMatchObject([{ finding: "foreign" }]);
	const restarted = await scene.recover("--restart-tcn", "5", "--yes");
	expect(restarted.report.findings).toMatchObject([
		{ finding: "restart", outcome: "repaired" },
		{ finding: "foreign" },
	]);
	expect(await scene.run.stencils.countDocuments({ TCN: { $gte: 5 }, state: 0 })).toBe(25);
});
