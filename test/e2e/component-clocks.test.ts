import { expect, test } from "bun:test";
import { ComponentScene } from "../support/component-scene.ts";

const HOUR_MS = 3_600_000;
const OLD = { past: ["Data_Archived"], old: ["Batch_Sampled"], event: "Batch_Sampled" };
const scene = async () => await ComponentScene.create({ components: { Sample: OLD } });

/**
 * What a host whose clock is an hour ahead leaves when it changes a batch: with its version as tangles does, or
 * without.
 */
const TOUCHES = {
	"tangles there": (time: Date, version: number) => ({
		modified: time,
		touched: { time, version },
		current: [],
		version,
	}),
	"another program, or an older tangles": (time: Date, version: number) => ({ modified: time, current: [], version }),
};

test.each(Object.entries(TOUCHES))("changed an hour ahead by %s: told, worked on once, then at rest", async (_, by) => {
	await using line = await scene();
	const [id = ""] = await line.archived(1);
	expect((await line.run("true")).code).toBe(0);
	const { version } = await line.batch(id);
	await line.batches.updateOne({ _id: id }, { $set: by(new Date(Date.now() + HOUR_MS), version + 1) });
	const show = await line.command(["batches", "show", id]).ended();
	expect(show.err).toMatch(
		/warn B.*: the last change: its time .* lies 3(600|5\d\d) s ahead of this host's clock hint=/,
	);
	const doctor = await line.command(["doctor", "--json"]).ended();
	expect(doctor.out).toMatch(
		/one batch has a time in the future: B.*: the last change: its time .* lies 3(600|5\d\d) s/,
	);
	const run = await line.run("true");
	expect(run.code).toBe(0);
	expect(run.err).toMatch(/warn B.*: the last change: its time .* lies 3(600|5\d\d) s ahead of this host's clock/);
	const now = Date.now();
	expect((await line.batch(id)).modified.getTime()).toBeLessThanOrEqual(now);
	for (let again = 0; again < 3; again += 1) {
		expect(await line.run("true", "-q")).toEqual({ code: 0, out: "", err: "" });
	}
	expect(await line.outcomes(id)).toEqual([true, true]);
	expect((await line.command(["batches", "touch", id]).ended()).code).toBe(0);
	expect((await line.run("true")).out).toBe(`Worked on ${id} successfully\n`);
	expect(await line.outcomes(id)).toEqual([true, true, true]);
});

test("an event by a host ahead outranks the repair: the run says so with both times and who, and so do the others", async () => {
	await using line = await scene();
	const [id = ""] = await line.archived(1);
	const time = new Date(Date.now() + HOUR_MS);
	const fast = { type: "Batch_Sampled", success: false, time, agent: "Sample-1.0 on fast", details: "" };
	const { events } = await line.batch(id);
	await line.batches.updateOne(
		{ _id: id },
		{ $set: { events: [...events, fast], seen: ["Batch_Sampled", "Data_Archived"], current: ["Batch_Sampled"] } },
	);
	const iso = time.toISOString();
	const told = `Batch_Sampled by Sample-1.0 on fast: its time ${iso} lies`;
	const plan = JSON.parse((await line.run("true", "--dry-run", "--json")).out);
	expect(plan.batches[0]).toMatchObject({ would: "not ready", why: expect.stringContaining(told) });
	const touch = await line.command(["batches", "touch", id]).ended();
	expect(touch.err).toContain(told);
	expect(touch.err).toContain("Batch_Sampled stays newer than the change: its time is in the future");
	const event = await line.command(["batches", "event", id, "Batch_Sampled", "--success"]).ended();
	expect(event.err).toContain(told);
	expect(event.err).toMatch(
		new RegExp(`another event of this type is newer, and counts theirs=${iso} agent="Sample-1.0 on fast" ours=20`),
	);
	expect((await line.command(["batches", "show", id]).ended()).err).toContain(told);
	// As a station that another host's clock does not keep from the batch.
	await line.batches.updateOne({ _id: id }, { $set: { modified: new Date(time.getTime() + 1), current: [] } });
	const run = await line.run("true");
	expect(run.err).toMatch(
		new RegExp(
			`Batch_Sampled of 20\\S+Z is recorded and does not count: one by Sample-1.0 on fast has the time ${iso}`,
		),
	);
	expect(await line.run("true", "-q")).toEqual({ code: 0, out: "", err: "" });
});

test("a batch that is changed while it is worked on is taken once more, and then no more", async () => {
	await using line = await scene();
	const [id = ""] = await line.archived(1);
	const run = line.start('echo go >&2; until [ -e "$0/open" ]; do sleep 0.02; done');
	await run.talk("go");
	expect((await line.command(["batches", "touch", id]).ended()).code).toBe(0);
	await Bun.write(`${line.folder}/open`, "");
	expect((await run.ended()).code).toBe(0);
	expect((await line.run("true")).out).toBe(`Worked on ${id} successfully\n`);
	expect((await line.run("true")).out).toBe("");
	expect(await line.outcomes(id)).toEqual([true, true]);
});

test("a batch that was added with a time ahead is worked on once", async () => {
	await using line = await ComponentScene.create({
		components: { Sample: { old: ["Batch_Sampled"], event: "Batch_Sampled" } },
	});
	const created = new Date(Date.now() + HOUR_MS).toISOString();
	const lines = new Blob([`{"id":"B1-RT1","type":"x","created":"${created}"}\n`]);
	expect((await line.command(["batches", "add", "--stdin"], {}, lines).ended()).code).toBe(0);
	for (let again = 0; again < 3; again += 1) await line.run("true");
	expect(await line.outcomes("B1-RT1")).toEqual([true]);
});
