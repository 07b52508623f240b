import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { batchFrom } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";

const signal = new AbortController().signal;
const WHY = ["--reason", "disk", "--yes"];

/** Four batches: two failed to be archived, one was archived, one waits. */
async function line(uri?: string): Promise<Library> {
	const library = await Library.create(uri);
	const histories = [["Sent+1", "Archived-5"], ["Sent+2", "Archived-6"], ["Sent+3", "Archived+7"], ["Sent+4"]];
	const batches = histories.map((events, n) => batchFrom(`B${n + 1}-RT1`, { events, created: n }));
	await library.bulk().add(batches, signal);
	return library;
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`many at once on ${engine}`, () => {
		test("restart: those that failed; a dry run touches nothing; again nothing is left", async () => {
			await using library = await line(uri());
			const run = async (...words: string[]) =>
				await library.run("batches", "restart", "--failed", "Archived", ...words);
			const before = await library.batches.find().toArray();
			const dry = await run("--dry-run");
			expect(dry).toMatchObject({ code: 0, out: "B1-RT1 would be done\nB2-RT1 would be done\n" });
			expect(await library.batches.find().toArray()).toEqual(before);
			expect(await run(...WHY, "--limit", "1", "--json")).toMatchObject({
				...{ code: 0, out: '{"batches": [\n{"id":"B1-RT1","result":"done","why":""}\n]}\n' },
			});
			const { code, out, err } = await run(...WHY);
			expect({ code, out }).toEqual({ code: 0, out: "B2-RT1 done\n" });
			expect(err).toContain("restart: done: 1");
			expect((await run(...WHY, "-q")).out + (await run(...WHY, "-q")).err).toBe("");
			const document = await library.batches.findOne({ _id: "B2-RT1" });
			expect(document).toMatchObject({ seen: ["Sent"], history: [{ reason: "disk" }] });
		});

		test("event and prioritize: what waits longer than --older; the same event is not recorded twice", async () => {
			await using library = await line(uri());
			const event = ["batches", "event", "Late", "--past", "Sent", "--future", "Archived", "--failure", ...WHY];
			expect((await library.run(...event, "--older", "3650d")).err).toContain("event Late: no batch is selected");
			expect(await library.run(...event, "--older", "20d")).toMatchObject({ code: 0, out: "B4-RT1 done\n" });
			expect(await library.run(...event)).toMatchObject({ code: 0, out: "B4-RT1 skipped: nothing to change\n" });
			expect((await library.batches.findOne({ _id: "B4-RT1" }))?.events).toMatchObject([
				{ type: "Sent" },
				{ type: "Late", success: false, details: "disk" },
			]);
			const first = await library.run("batches", "prioritize", "--failed", "Late", "--level", "3", ...WHY);
			expect(first).toMatchObject({ code: 0, out: "B4-RT1 done\n" });
			expect(JSON.parse((await library.run("batches", "ls", "--json", "--limit", "1")).out).batches).toMatchObject([
				{ id: "B4-RT1" },
			]);
		});

		test("overdue: what was sent and not archived, since when; 1 where there is any, also with -q; the number as a metric", async () => {
			await using library = await line(uri());
			const overdue = ["batches", "overdue", "--past", "Sent", "--future", "Archived"];
			const file = join(library.folder, "overdue.prom");
			const { code, out, err } = await library.run(...overdue, "--older", "20d", "-q", "--metrics-file", file);
			expect(code).toBe(1);
			expect(out).toMatch(/^batch +type +since +age\nB4-RT1 +paper +2026-01-01T00:00:04.000Z +\d+ d\n$/);
			expect(err).toContain("one batch is overdue: Archived should have happened");
			expect(await Bun.file(file).text()).toContain("\ntangles_batches_overdue 1\n");
			const none = await library.run(...overdue, "--older", "3650d", "--json", "--metrics-file", file);
			expect(none).toEqual({ code: 0, out: '{"overdue": []}\n', err: "" });
			expect(await Bun.file(file).text()).toContain("\ntangles_batches_overdue 0\n");
		});
	});
}

test("a malformed document stops neither: the others are done and listed, it is named, 65", async () => {
	await using library = await line();
	await library.batches.updateOne({ _id: "B1-RT1" }, { $set: { "events.0.time": "yesterday" } });
	const restart = await library.run("batches", "restart", "--failed", "Archived", ...WHY);
	expect(restart).toMatchObject({ code: 65, out: "B2-RT1 done\n" });
	expect(restart.err).toContain('document _id "B1-RT1": events.0.time is not a date (found "yesterday")');
	await library.batches.updateOne({ _id: "B1-RT1" }, { $set: { seen: ["Sent"], succeeded: ["Sent"] } });
	const overdue = await library.run("batches", "overdue", "--past", "Sent", "--future", "Archived", "--older", "1d");
	expect(overdue.code).toBe(65);
	expect(overdue.out).toContain("B4-RT1");
	expect(overdue.err).toContain("one document is malformed; all others are listed");
});

describe("what many need", () => {
	test.each<[string, string[], string, string]>([
		["no reason", ["restart", "--failed", "Archived", "--yes"], "--reason is missing", "--reason TEXT"],
		[
			"nobody to ask",
			["restart", "--failed", "Archived", "--reason", "x"],
			"restart 2 batches: stdin is no terminal on which to ask",
			"give --yes",
		],
		[
			"one and many",
			["restart", "B1-RT1", "--failed", "Archived"],
			"ID and --failed, --past, --future exclude",
			"choose many",
		],
		[
			"one and many events",
			["event", "B1-RT1", "X", "--failed", "Archived", "--success"],
			"ID and --failed",
			"choose many",
		],
		["neither", ["restart"], "missing argument ID", "choose many by --failed, --past, --future"],
		["no batch for an event", ["event", "--success"], "missing argument ID", "choose many by"],
		["no type", ["event", "B1-RT1", "--success"], "missing argument TYPE", "such as Data_Received"],
		[
			"no type for many",
			["event", "--failed", "X", "--success", ...WHY],
			"missing argument TYPE",
			"such as Data_Received",
		],
		[
			"only an age",
			["restart", "--older", "2d"],
			"--older alone chooses no batches",
			"give --failed, --past or --future too",
		],
		["only a limit", ["restart", "--limit", "2"], "--limit alone chooses no batches", "give --failed"],
		["an age that is none", ["restart", "--failed", "X", "--older", "2"], '--older is "2", which has no unit', "30s"],
		["overdue without an age", ["overdue", "--future", "X"], "missing flag --older", ""],
		["a name that is none", ["restart", "--failed", ",", ...WHY], '--failed is ""', "write a name"],
		["since when", ["ls", "--since", "monday"], '--since is "monday"', "or how long ago: 2h, 20d"],
		["two forms", ["ls", "--csv", "--wide"], "--csv and --wide exclude each other", "give one of them"],
		["two formats", ["ls", "--csv", "--json"], "--csv and --json exclude each other", "give one of them"],
	])("%s", async (_, words, says, hint) => {
		await using library = await line();
		const before = await library.batches.find().toArray();
		const { code, out, err } = await library.run("batches", ...words);
		expect({ code, out }).toEqual({ code: 64, out: "" });
		expect(err).toContain(says);
		expect(err).toContain(hint);
		expect(await library.batches.find().toArray()).toEqual(before);
	});
});

describe("ls", () => {
	test("fits 80 columns; --wide has all; --since and --limit leave out", async () => {
		await using library = await line();
		const types = { type: "a type of batch with a long name", events: ["A_rather_long_name_of_an_event_type+9"] };
		await library.store().add(batchFrom("B400022028241-RT12", { ...types, created: 9 }));
		const ls = async (...words: string[]) => (await library.run("batches", "ls", ...words)).out.trimEnd().split("\n");
		const narrow = await ls();
		for (const text of narrow) expect(Bun.stringWidth(text)).toBeLessThanOrEqual(80);
		expect(narrow[1]).toMatch(/^B1-RT1 +paper +Archived +failed +(01-01 00:00|2026-01-01)$/);
		expect(narrow[5]).toMatch(/^B400022028241-RT12 +a type of b… +A_rather_long_name\S*… +succeeded /);
		expect((await ls("--wide"))[5]).toContain(
			"A_rather_long_name_of_an_event_type  succeeded  2026-01-01T00:00:09.000Z",
		);
		expect((await ls("--since", "2026-01-01T00:00:07Z")).map((text) => text.split(" ")[0])).toEqual([
			...["batch", "B3-RT1", "B400022028241-RT12"],
		]);
		expect(await ls("--since", "1d")).toEqual([""]);
		expect((await ls("--limit", "2")).length).toBe(3);
	});

	test("further fields, as they are: hostile text is escaped, and no spreadsheet takes it for a formula", async () => {
		await using library = await line();
		const fields = { avis_id: '=cmd|"/c calc"!A1', pages: { n: 7, list: [1] }, note: "a\u001b[2J,b\nc" };
		await library.batches.updateOne({ _id: "B1-RT1" }, { $set: fields });
		const words = ["batches", "ls", "--limit", "2", "--show", "avis_id,pages", "--show", "note"];
		const csv = await library.run(...words, "--csv");
		expect(csv.out.split("\r\n")).toEqual([
			"id,type,created,modified,last_event,success,time,avis_id,pages,note",
			'B1-RT1,paper,2026-01-01T00:00:00.000Z,2026-01-01T00:00:00.000Z,Archived,false,2026-01-01T00:00:05.000Z,"\'=cmd|""/c calc""!A1","{""n"":7,""list"":[1]}","a\\u{1b}[2J,b\\u{a}c"',
			"B2-RT1,paper,2026-01-01T00:00:01.000Z,2026-01-01T00:00:00.000Z,Archived,false,2026-01-01T00:00:06.000Z,,,",
			"",
		]);
		const [first, second] = JSON.parse((await library.run(...words, "--json")).out).batches;
		expect(first.fields).toEqual(fields);
		expect(second.fields).toEqual({ avis_id: null, pages: null, note: null });
		// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
		expect((await library.run(...words)).out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
	});
});
