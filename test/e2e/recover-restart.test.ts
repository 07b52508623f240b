import { expect, test } from "bun:test";
import { RecoverScene, stencilId } from "../support/recover-scene.ts";

const AGAIN = { round: 7, pushed: 9, total: 9 };

test("--restart refuses off a terminal without --yes, and nothing is touched", async () => {
	await using scene = await RecoverScene.create();
	const before = await scene.all();
	for (const words of [
		["--restart", String(stencilId(2, 4))],
		["--restart-tcn", "5"],
	]) {
		const { code, err, out } = await scene.run.run("recover", "--no-lock", ...words);
		expect({ code, out }).toEqual({ code: 64, out: "" });
		expect(err).toMatch(
			/set (stencil 7374\S+ \(2\+4\)|7 stencils) of \S+ .*back to new.*: stdin is no terminal on which to ask; nothing was done/,
		);
	}
	expect(await scene.all()).toEqual(before);
});

test("--restart of a complete stencil: its TCN is complete no more, in any letters; produce pushes it first", async () => {
	await using scene = await RecoverScene.create();
	await scene.set(2, 4, { progress: { round: 6, pushed: 9, total: 9 } });
	const id = String(stencilId(2, 4));
	const dry = await scene.recover("--restart", id, "--dry-run");
	const { code, report } = await scene.recover("--restart", id.toUpperCase(), "--yes");
	expect(code).toBe(0);
	expect(report.findings.map(({ finding, document }) => [finding, document])).toEqual([
		["restart", id],
		["open-below", id],
	]);
	expect(report.jobs).toBe(0);
	expect(dry.report.findings.map(({ repair }) => repair)).toEqual(report.findings.map(({ repair }) => repair));
	expect(await scene.run.config()).toMatchObject({ current_completed_tcn: 5 });
	expect(await scene.run.run("produce", "--once", "--no-lock")).toMatchObject({ code: 0 });
	expect(await scene.run.stencil(stencilId(2, 4))).toMatchObject({ state: 3, progress: { ...AGAIN, round: 6 } });
});

test("--restart of one in work: back to new without cursor and count, for produce to push; a state that is none is repaired so", async () => {
	await using scene = await RecoverScene.create();
	await scene.set(3, 4, { state: 2, cursor: scene.cursor(3, 2, 4, 4), progress: { round: 7, pushed: 5, total: 9 } });
	await scene.set(2, 5, { state: 7, epoch: "x", cursor: 5 });
	for (const id of [stencilId(3, 4), stencilId(2, 5)]) {
		const { report } = await scene.recover("--restart", String(id), "--yes");
		expect(report.findings[0]).toMatchObject({ finding: "restart", document: String(id), outcome: "repaired" });
		expect(await scene.run.stencil(id)).toEqual({
			...{ _id: id, TCN: 7, state: 0, epoch: expect.any(Number) },
			...{ rootstock_tcn: expect.any(Number), scion_tcn: expect.any(Number) },
		});
	}
	expect(await scene.recover()).toMatchObject({ code: 0, report: { findings: [] } });
});

test.each([
	["aaaaaaaaaaaaaaaaaaaaaaaa", 65, "there is no stencil aaaaaaaaaaaaaaaaaaaaaaaa"],
	["12", 64, "24 hexadecimal digits"],
	[String(stencilId(3, 4)), 65, "cannot be restarted: its numbers are not sound"],
])("--restart %s: %d", async (id, code, says) => {
	await using scene = await RecoverScene.create();
	await scene.set(3, 4, { TCN: 9 });
	const before = await scene.all();
	for (const last of ["--yes", "--dry-run"]) {
		const ended = await scene.run.run("recover", "--no-lock", "--restart", id, last);
		expect({ code: ended.code, out: ended.out }).toEqual({ code, out: "" });
		expect(ended.err).toContain(says);
	}
	expect(await scene.all()).toEqual(before);
});

test.each([
	["10", "max_tcn is 9"],
	["8", "the TCN in work is 7"],
	["2", "give a whole number from 3"],
])("--restart-tcn %s: 64", async (tcn, says) => {
	await using scene = await RecoverScene.create();
	const { code, err } = await scene.run.run("recover", "--no-lock", "--restart-tcn", tcn, "--yes");
	expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining(says) });
	expect((await scene.run.config())?.epoch).toBeUndefined();
});

test("--restart and --restart-tcn together: 64", async () => {
	await using scene = await RecoverScene.create();
	const words = ["--restart-tcn", "7", "--restart", String(stencilId(2, 4)), "--yes"];
	expect(await scene.run.run("recover", "--no-lock", ...words)).toMatchObject({ code: 64 });
});

test("--restart-tcn of a complete TCN sets back it, all above, and current_completed_tcn; what is below stays", async () => {
	await using scene = await RecoverScene.create();
	await scene.setConfig({ work: { tcn: 7, processed: 100, failed: 3 } });
	await scene.set(2, 3, { progress: { round: 5, pushed: 9, total: 9 } });
	await scene.set(1, 2, { progress: { round: 7, pushed: 9, total: 9 } });
	await scene.set(3, 4, { state: 1, cursor: scene.cursor(3, 2, 4, 4), progress: { round: 7, pushed: 5, total: 9 } });
	const before = await scene.documents();
	const dry = await scene.recover("--restart-tcn", "5", "--dry-run");
	expect(await scene.documents()).toEqual(before);
	const { code, report } = await scene.recover("--restart-tcn", "5", "--yes");
	expect(code).toBe(0);
	expect(report.findings).toMatchObject([{ finding: "restart", document: "config", outcome: "repaired" }]);
	expect(dry.report.findings).toMatchObject([{ finding: "restart", outcome: "would-be-repaired" }]);
	const documents = await scene.run.stencils.find().toArray();
	for (const { _id, TCN, state, cursor, progress } of documents) {
		if (_id === "config") continue;
		expect({ TCN, state, cursor, progress }).toEqual({
			...{ TCN, state: Number(TCN) < 5 ? 3 : 0, cursor: undefined, progress: undefined },
		});
	}
	expect(await scene.run.config()).toEqual({ _id: "config", current_completed_tcn: 4, max_tcn: 9, epoch: 1 });
	expect(await scene.recover()).toMatchObject({ code: 0, report: { findings: [] } });
});

test("a --restart-tcn that was cut short: produce does not start, and the next recover finishes it", async () => {
	await using scene = await RecoverScene.create();
	await scene.setConfig({ restart: 5, current_completed_tcn: 4 });
	await scene.set(2, 3, { state: 0 });
	const produce = await scene.run.run("produce", "--once", "--no-lock");
	expect(produce.code).toBe(65);
	expect(produce.err).toContain("pushing again from TCN 5 on was asked for, and not all stencils are set back");
	expect(produce.err).toContain("`tangles recover` finishes it");
	expect((await scene.run.config())?.epoch).toBeUndefined();
	expect((await scene.recover()).code).toBe(0);
	expect(await scene.run.stencils.countDocuments({ state: 3, TCN: { $gte: 5 } })).toBe(0);
	expect(await scene.run.config()).toEqual({ _id: "config", current_completed_tcn: 4, max_tcn: 9, epoch: 1 });
});

test("after a queue that was flushed, --restart-tcn pushes the TCN again and produce counts anew", async () => {
	await using scene = await RecoverScene.create();
	await scene.setConfig({ work: { tcn: 7, processed: 0, failed: 0 } });
	await scene.run.stencils.updateMany({ TCN: 7 }, { $set: { state: 3, progress: { ...AGAIN, pushed: 1e6 } } });
	expect((await scene.recover("--restart-tcn", "7", "--yes")).code).toBe(0);
	expect(await scene.run.config()).toEqual({ _id: "config", current_completed_tcn: 6, max_tcn: 9, epoch: 1 });
	expect(await scene.run.run("produce", "--once", "--no-lock")).toMatchObject({ code: 0 });
	await using eye = await scene.run.eye();
	expect(await eye.size()).toBe(5 * 9);
	expect(await scene.run.config()).toMatchObject({ work: { tcn: 7 } });
	expect(await scene.run.stencil(stencilId(3, 4))).toMatchObject({ state: 3, progress: AGAIN });
});
