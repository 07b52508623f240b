import { describe, expect, test } from "bun:test";
import { BSON } from "mongodb";
import { ComponentScene } from "../support/component-scene.ts";
import { ENGINES } from "../support/library.ts";

const RUNS = 20;
const CHECKED = { Sample: { past: ["Data_Archived"], old: ["Checked"], event: "Checked" } };
/** A report of about 1 MB: a hundred failures, each with the number of the run and 10,000 letters. */
const WORK = `echo . >>"$0/runs"; run=$(wc -l <"$0/runs"); text=$(printf '%09990d' 0)
{ printf '{"failures":['; i=1; while [ $i -le 100 ]; do [ $i -gt 1 ] && printf ,
printf '{"type":"page","description":"run %s page %s","details":"%s"}' $run $i $text; i=$((i+1)); done; printf ']}'; } >"$TANGLES_RESULT"`;

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`a component that goes on failing with large reports, on ${engine}`, () => {
		test(`${RUNS} runs: all are recorded, the document stays small, each report can be read in full`, async () => {
			await using scene = await ComponentScene.create({ components: CHECKED, mongo: uri() });
			const [id = ""] = await scene.archived(1);
			for (let run = 1; run <= RUNS; run += 1) {
				expect((await scene.run(WORK)).code).toBe(1);
				await scene.command(["batches", "touch", id]).ended();
			}
			const document = await scene.batches.findOne({ _id: id });
			expect(BSON.calculateObjectSize(document ?? {})).toBeLessThan(2_000_000);
			const { events } = await scene.batch(id);
			expect(events.map(({ type }) => type)).toEqual([
				"Data_Archived",
				...Array.from({ length: RUNS }, () => "Checked"),
			]);
			expect(JSON.parse(events[1]?.details ?? "")).toMatchObject({
				...{ tool: "Sample", outcome: "Failure", failures: [], failures_left_out: 100 },
			});
			for (const run of [1, 7, RUNS]) {
				const { code, out } = await scene
					.command(["batches", "show", id, "--report", String(run + 1), "--json"])
					.ended();
				expect(code).toBe(0);
				const { details, ...shown } = JSON.parse(out);
				expect(shown).toMatchObject({ id, event: run + 1, type: "Checked" });
				const { failures } = JSON.parse(details);
				expect(failures.map(({ description }: { description: string }) => description)).toEqual(
					Array.from({ length: 100 }, (_, page) => `run ${run} page ${page + 1}`),
				);
			}
		});
	});
}

test("an event that is not there, and a report that somebody has removed, are said so", async () => {
	await using scene = await ComponentScene.create({ components: CHECKED });
	const [id = ""] = await scene.archived(1);
	const show = async (number: string) => await scene.command(["batches", "show", id, "--report", number]).ended();
	expect(await show("2")).toMatchObject({
		code: 1,
		err: expect.stringContaining(`${id} has 1 events; there is no event 2`),
	});
	await scene.batches.updateOne({ _id: id }, { $set: { "events.0.report": "gone" } });
	expect(await show("1")).toMatchObject({
		code: 65,
		err: expect.stringMatching(
			/batches_reports: there is no document _id "B\d+-RT1 gone"[\s\S]*somebody has removed it/,
		),
	});
	expect(await show("0")).toMatchObject({ code: 64, err: expect.stringContaining('--report is "0"') });
});
