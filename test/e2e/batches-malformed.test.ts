import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Document } from "mongodb";
import { batchFrom } from "../support/batch-reference.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { DAMAGES } from "../support/faulty-batches.ts";
import { ENGINES } from "../support/library.ts";

const BAD = "B1-RT1";
const GOOD = ["B2-RT1", "B3-RT1", "B4-RT1"];

const NINE = ["2", "3", "4", "5", "6", "7", "8", "9", "91"].map((number) => `B${number}-RT1`);

/** A line of archived batches, the first of which is spoilt. */
async function spoilt(set: Document, { mongo, good = GOOD }: { mongo?: string; good?: readonly string[] } = {}) {
	const components = {
		Sample: { past: ["Data_Archived"], future: ["Batch_Sampled"], event: "Batch_Sampled", "queue-length": 10 },
	};
	const scene = await ComponentScene.create({ components, ...(mongo && { mongo }) });
	for (const id of [BAD, ...good]) {
		await scene.store.add(batchFrom(id, { events: ["Data_Archived+1"] }));
	}
	await scene.batches.updateOne({ _id: BAD }, { $set: set });
	const bad = await scene.batches.findOne({ _id: BAD });
	return { scene, bad };
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`one malformed document among ten on ${engine}`, () => {
		test.each(DAMAGES)("%s: the others are done, it is named with its field, 65", async (_, { set, says }) => {
			const made = await spoilt(set, { mongo: uri(), good: NINE });
			await using scene = made.scene;
			const { code, out, err } = await scene.run("true");
			expect({ code, out }).toEqual({ code: 65, out: NINE.map((id) => `Worked on ${id} successfully\n`).join("") });
			expect(err).toContain(`error ${BAD} is passed over: ${scene.database}.batches: document _id "${BAD}": ${says}`);
			expect(err).toContain("correct it by hand, in mongosh, with the right values: db.getCollection");
			expect(err).toContain(`error 1 batch was passed over: ${BAD}`);
			for (const id of NINE) expect(await scene.outcomes(id)).toEqual([true]);
			// What is derived for the stations is all that is written to it.
			const { ready_for, newest_failed, current, ...after } = (await scene.batches.findOne({ _id: BAD })) as Document;
			expect(ready_for).toEqual([expect.stringMatching(/^Sample:/)]);
			expect(newest_failed).toEqual([]);
			expect({ ...after, current: current.slice(1) }).toEqual(made.bad as never);
		});
	});
}

/** What a person does who pastes the line that is offered, by what it says. */
async function pasted(scene: ComponentScene, err: string): Promise<void> {
	const [, filter = "", update = ""] =
		/db\.getCollection\("batches"\)\.updateOne\((\{[^{}]*\}), (\{ \$set: \{.*\} \})\)/.exec(err) ?? [];
	const value = (text: string): Document =>
		new Function("ISODate", `return (${text})`)((iso: string) => new Date(iso)) as Document;
	const { matchedCount } = await scene.batches.updateOne(value(filter), value(update));
	expect(matchedCount).toBe(1);
}

describe("the hint that is offered", () => {
	test.each(DAMAGES)("%s: after it the batch is one again", async (_, { set }) => {
		const made = await spoilt(set);
		await using scene = made.scene;
		const { err } = await scene.command(["batches", "show", BAD]).ended();
		await pasted(scene, err);
		const after = await scene.command(["batches", "show", BAD]).ended();
		expect({ code: after.code, err: after.err }).toEqual({ code: 0, err: "" });
		expect((await scene.command(["batches", "ls"]).ended()).code).toBe(0);
	});
});

describe("every other reader", () => {
	const set = { "events.0.time": "yesterday" };
	const says = 'events.0.time is not a date (found "yesterday")';

	test("procedure 1 takes the next one: 65", async () => {
		await using scene = (await spoilt(set)).scene;
		const { code, out } = await scene.run("true", "--procedure", "1");
		expect({ code, out }).toEqual({ code: 65, out: "Worked on B2-RT1 successfully\n" });
	});

	test("component --json, --dry-run and the metrics say it too", async () => {
		await using scene = (await spoilt(set)).scene;
		const plan = await scene.run("true", "--dry-run", "--json");
		expect(plan.code).toBe(65);
		const rows = JSON.parse(plan.out).batches;
		expect(rows.map(({ batch, would }: { batch: string; would: string }) => [batch, would])).toEqual([
			[BAD, "pass over"],
			...GOOD.map((id) => [id, "take"]),
		]);
		expect(rows[0].why).toContain(says);
		const file = join(scene.folder, "line.prom");
		const { code, out } = await scene.run("exit 3", "--json", "--metrics-file", file);
		expect(code).toBe(65);
		const events = out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(events.find(({ event }) => event === "passed-over")).toMatchObject({
			...{ batch: BAD, why: expect.stringContaining(says), hint: expect.stringContaining("mongosh") },
		});
		expect(events.at(-1)).toMatchObject({ event: "stopped", failed: 3, passed_over: 1 });
		const metrics = await readFile(file, "utf8");
		expect(metrics).toContain('tangles_batches_total{component="Sample",outcome="passed-over"} 1');
	});

	test("batches ls lists all four, in text and as JSON: 65", async () => {
		await using scene = (await spoilt(set)).scene;
		expect((await scene.command(["batches", "ls"]).ended()).out).toMatch(/^B1-RT1 +malformed$/m);
		const text = await scene.command(["batches", "ls", "--wide"]).ended();
		expect(text.code).toBe(65);
		expect(text.out).toMatch(/^B1-RT1 +malformed .*events\.0\.time is not a date \(found "yesterday"\)$/m);
		for (const id of GOOD) expect(text.out).toContain(`${id}  paper`);
		expect(text.err).toContain(".batches: one document is malformed; all others are listed");
		const json = await scene.command(["batches", "ls", "--json", "--past", "Data_Archived"]).ended();
		expect(json.code).toBe(65);
		expect(JSON.parse(json.out).batches).toMatchObject([
			{ id: BAD, malformed: [{ field: "events.0.time", text: says }] },
			...GOOD.map((id) => ({ id, type: "paper" })),
		]);
	});

	test.each<string[]>([
		["show", BAD],
		["touch", BAD],
		["event", BAD, "X", "--success"],
		["restart", BAD],
		["rm-event", BAD, "Data_Archived", "--yes"],
	])("batches %s: 65, the field, the hint, nothing changed", async (...words) => {
		const made = await spoilt(set);
		await using scene = made.scene;
		const { code, out, err } = await scene.command(["batches", ...words]).ended();
		expect({ code, out }).toEqual({ code: 65, out: "" });
		expect(err).toContain(says);
		expect(err).toContain('{ $set: { "events.0.time": ISODate("2026-01-31T13:45:00Z"), "current": [] } }');
		expect(await scene.batches.findOne({ _id: BAD })).toEqual(made.bad as never);
	});

	test("status counts on; doctor names it, and ids of every type are looked at", async () => {
		await using scene = (await spoilt(set)).scene;
		await scene.command(["init", "--max-tcn", "3"]).ended();
		const status = await scene.command(["status", "--json"]).ended();
		expect({ code: status.code, line: JSON.parse(status.out).line }).toMatchObject({ code: 0, line: [{ ready: 4 }] });
		const strange = scene.batches as unknown as { insertOne(document: object): Promise<unknown> };
		await strange.insertOne({ _id: 5 });
		const doctor = await scene.command(["doctor", "--json"]).ended();
		expect(doctor.code).toBe(1);
		const lines: { state: string; text: string; hint?: string }[] = JSON.parse(doctor.out).lines;
		const failed = lines.filter(({ state }) => state === "fail").map(({ text }) => text);
		expect(failed).toEqual([
			expect.stringContaining(".batches: document _id 5: _id is not a batch's full id"),
			expect.stringContaining(`.batches: document _id "${BAD}": ${says}`),
		]);
		expect(lines.find(({ text }) => text.startsWith("5 batches"))?.state).toBe("ok");
		expect(lines.find(({ text }) => text.includes("_id 5"))?.hint).toContain("deleteOne({ _id: 5 })");
	});

	test("a document that becomes malformed while it is worked on: nothing is recorded, the others are, 65", async () => {
		await using scene = (await spoilt({})).scene;
		const run = scene.start('[ "$1" != B1-RT1 ] && exit; echo go >&2; until [ -e "$0/open" ]; do sleep 0.02; done');
		await run.talk("go");
		await scene.batches.updateOne({ _id: BAD }, { $set: { takers: 7 } });
		await Bun.write(join(scene.folder, "open"), "");
		const { code, err } = await run.ended();
		expect(code).toBe(65);
		expect(err).toContain(`${BAD}: nothing is recorded: `);
		for (const id of GOOD) expect(await scene.outcomes(id)).toEqual([true]);
	});
});
