import { expect, test } from "bun:test";
import { RecoverScene, stencil, stencilId } from "../support/recover-scene.ts";

/** Damages beside which nothing else may be repaired: what else is found waits. */
test.each([
	[
		"is missing",
		"config-missing",
		"there is no config document",
		"N is 6 where the workers have finished them, else 5",
	],
	["has max_tcn below n", "config-max", "max_tcn is 5, less than current_completed_tcn, 6", "set max_tcn"],
	["has a max_tcn beyond all reach", "config-max", "max_tcn is 1000000", "200 or less"],
	["has text for numbers", "config-malformed", 'max_tcn is not a whole number from 0 on (found "9")', "set it to"],
	["has an epoch that is text", "config-malformed", 'epoch is not a whole number from 0 on (found "3")', "set it to"],
	[
		"has an epoch beyond all reach",
		"config-malformed",
		"epoch is greater than any epoch, 1125899906842624",
		"set it to",
	],
])("a config document that %s is a person's: 65, and nothing is written", async (name, kind, wrong, how) => {
	await using scene = await RecoverScene.create();
	await scene.set(2, 4, { cursor: scene.cursor(2, 2, 4, 0) });
	await scene.run.stencils.insertOne({ _id: "notes" });
	if (name === "is missing") await scene.run.stencils.deleteOne({ _id: "config" });
	if (name === "has max_tcn below n") await scene.setConfig({ max_tcn: 5 });
	if (name === "has a max_tcn beyond all reach") await scene.setConfig({ max_tcn: 1_000_000 });
	if (name === "has text for numbers") await scene.setConfig({ max_tcn: "9", current_completed_tcn: "6" });
	if (name === "has an epoch that is text") await scene.setConfig({ epoch: "3" });
	if (name === "has an epoch beyond all reach") await scene.setConfig({ epoch: 2 ** 51 });
	const before = await scene.all();
	for (const words of [["--dry-run"], [], []]) {
		const { code, report, err } = await scene.recover(...words);
		expect(code).toBe(65);
		expect(report.findings).toMatchObject(
			[
				{ finding: kind, document: "config", outcome: "person" },
				{ finding: "cursor-needless", outcome: "waits" },
				{ finding: "foreign", outcome: "person" },
			].toSorted((a, b) => Number(a.outcome === "person") - Number(b.outcome === "person")),
		);
		const [config] = report.findings.filter(({ document }) => document === "config");
		expect(config?.wrong).toContain(wrong);
		expect(config?.repair).toContain(how);
		expect(err).toContain("3 of 3 findings need a person");
		expect(await scene.all()).toEqual(before);
	}
});

test("an epoch in the future: the config document's is raised above it, and a producer can write again", async () => {
	await using scene = await RecoverScene.create();
	await scene.setConfig({ epoch: 3 });
	await scene.set(3, 4, { epoch: 40, state: 1, cursor: scene.cursor(3, 2, 4, 4) });
	await scene.set(2, 4, { epoch: 12 });
	const overtaken = await scene.run.run("produce", "--once", "--no-lock");
	expect(overtaken.err).toContain("1 epoch-behind; `tangles recover --dry-run` lists and explains them");
	expect(overtaken.code).toBe(79);
	const { code, report } = await scene.recover();
	expect(code).toBe(0);
	expect(report.findings.map(({ finding, wrong }) => [finding, wrong])).toEqual([
		["epoch-behind", `its epoch is 4, behind that of stencil ${stencilId(3, 4)}, 40 (1 more are ahead too)`],
		["interrupted", "was left started"],
	]);
	expect(await scene.run.config()).toMatchObject({ epoch: 41 });
	expect(await scene.run.stencil(stencilId(3, 4))).toMatchObject({ epoch: 41, state: 3 });
	expect(await scene.recover()).toMatchObject({ code: 0, report: { findings: [] } });
	expect(await scene.run.run("produce", "--once", "--no-lock")).toMatchObject({ code: 0 });
});

test.each([
	["text", "5"],
	["no number", Number.NaN],
	["too large to be raised", 1e300],
	["less than none", -3],
])("a stencil's epoch that is %s becomes this run's, and the stencil is finished", async (_, epoch) => {
	await using scene = await RecoverScene.create();
	await scene.set(3, 4, { epoch, state: 1, cursor: scene.cursor(3, 2, 4, 4) });
	const dry = await scene.recover("--dry-run");
	const { code, report } = await scene.recover();
	expect(code).toBe(0);
	expect(dry.report.findings.map(({ finding }) => finding)).toContain("epoch");
	expect(report.findings.map(({ finding }) => finding)).toContain("interrupted");
	expect(await scene.run.stencil(stencilId(3, 4))).toMatchObject({ epoch: 1, state: 3 });
	expect(await scene.recover()).toMatchObject({ code: 0, report: { findings: [] } });
});

test.each([
	["are none", { tcn: 7, processed: "many", failed: 0 }, "work.processed is not a whole number"],
	["are for a TCN that is not begun", { tcn: 9, processed: 5, failed: 0 }, "are noted for TCN 9, which is not begun"],
])("counters of the server that %s are removed", async (_, work, wrong) => {
	await using scene = await RecoverScene.create();
	await scene.setConfig({ work });
	const { code, report } = await scene.recover();
	expect({ code, findings: report.findings }).toMatchObject({
		code: 0,
		findings: [
			{ finding: "config-counters", document: "config", outcome: "repaired", wrong: expect.stringContaining(wrong) },
		],
	});
	expect(await scene.run.config()).toEqual({ _id: "config", current_completed_tcn: 6, max_tcn: 9, epoch: 1 });
	expect(await scene.recover()).toMatchObject({ code: 0, report: { findings: [] } });
});

test("a sound collection: nothing is found, nothing is written, and -q says nothing", async () => {
	await using scene = await RecoverScene.create();
	const before = await scene.all();
	expect(await scene.run.run("recover", "-q", "--no-lock")).toMatchObject({ code: 0, out: "" });
	const { code, err, report } = await scene.recover();
	expect({ code, report }).toEqual({
		code: 0,
		report: {
			collection: `${scene.run.queue}.arborescent_stencils`,
			...{ dry_run: false, current_completed_tcn: 6, max_tcn: 9, stencils: 28, findings: [], jobs: 0 },
		} as never,
	});
	expect(err).toContain("28 stencils, 0 findings, 0 jobs pushed");
	expect(await scene.all()).toEqual(before);
});

test("the table fits 80 columns, and says the same as the JSON", async () => {
	await using scene = await RecoverScene.create();
	await scene.run.stencils.insertOne(stencil(2, 2, { _id: "\u001b[31mred" }));
	await scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 5, 2) });
	await scene.setConfig({ work: { tcn: 12, processed: 1, failed: 1 } });
	const { report } = await scene.recover("--dry-run");
	const { code, out } = await scene.run.run("recover", "--dry-run");
	expect(code).toBe(65);
	expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
	expect(out).not.toContain("\u001b");
	const flat = out.replaceAll(/\s+/g, " ");
	expect(report.findings).toHaveLength(4);
	for (const { finding, stencil: pair, outcome, wrong, repair } of report.findings) {
		for (const words of [finding, pair, outcome, wrong, repair]) expect(flat).toContain(words);
	}
});
