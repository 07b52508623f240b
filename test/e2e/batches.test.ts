import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { join } from "node:path";
import batches from "../../src/commands/batches/index.ts";
import { appended } from "../../src/line/batches/events.ts";
import { at, batchFrom, eventFrom } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";
import type { Ended } from "../support/tangles.ts";

const ID = "B400022028241-RT1";

/** What a run said on stdout, once it has ended well. */
function payload({ code, out, err }: Ended): string {
	expect({ code, err }).toEqual({ code: 0, err: "" });
	return out;
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`the line's day on ${engine}`, () => {
		test("a batch arrives, fails, is restarted, succeeds, is changed; ls follows, by the query of a component", async () => {
			await using library = await Library.create(uri());
			const run = async (...words: string[]) => payload(await library.run("batches", ...words));
			const ls = async (...words: string[]) =>
				JSON.parse(await run("ls", "--json", ...words)).batches.map(({ id }: { id: string }) => id);
			await library.run("init", "--max-tcn", "3");
			expect(await run("ls")).toBe("");
			expect(await run("add", ID, "--type", "newspaper")).toStartWith(`added ${ID} newspaper `);
			await run("add", "B2-RT1", "--type", "zine");
			await run("event", ID, "Data_Received", "--success", "--time", "2020-01-01T10:00:00+01:00");
			expect(await ls()).toEqual([ID, "B2-RT1"]);
			expect(await ls("--past", "Data_Received", "--future", "Data_Archived,Other")).toEqual([ID]);
			expect(await ls("--type", "zine, map")).toEqual(["B2-RT1"]);
			await run("event", ID, "Data_Archived", "--failure", "--time", "2020-01-02", "--details", "the disk is full");
			expect(await ls("--past", "Data_Received", "--future", "Data_Archived")).toEqual([]);
			expect(await run("restart", ID)).toStartWith("removed Data_Archived failed 2020-01-02T00:00:00.000Z by ");
			expect(await ls("--past", "Data_Received", "--future", "Data_Archived")).toEqual([ID]);
			await run("event", ID, "Data_Archived", "--success");
			expect(await ls("--old", "Data_Archived", "--type", "newspaper")).toEqual([]);
			await run("touch", ID);
			expect(await ls("--old", "Data_Archived", "--type", "newspaper")).toEqual([ID]);
			expect(await run("rm-event", ID, "Data_Archived", "--yes")).toStartWith("removed Data_Archived succeeded ");
			const [document] = await library.batches.find({ _id: ID }).toArray();
			const [received] = document?.events ?? [];
			expect(received?.time).toEqual(new Date("2020-01-01T09:00:00Z"));
			expect(document).toMatchObject({
				...{ batch_id: "400022028241", round_trip: 1, type: "newspaper", version: 6, claim: 0 },
				...{ succeeded: ["Data_Received"], seen: ["Data_Received"], current: [] },
				events: [
					{
						...{ type: "Data_Received", success: true, details: "" },
						agent: expect.stringMatching(new RegExp(`^[^@]+@${hostname()} via tangles batches$`)),
					},
				],
			});
		});
	});
}

test("every example of the help runs as it stands", async () => {
	await using library = await Library.create();
	const batch = batchFrom(ID, { events: ["Data_Received+1", "Data_Archived-2"] });
	for (const [name, verb] of Object.entries(batches.verbs)) {
		// It needs ZooKeeper too: `frame-examples.test.ts` runs them.
		if (name === "receive") continue;
		const command = (await verb.load()).default;
		for (const { run } of command.about.examples) {
			await library.batches.deleteMany();
			if (name !== "add") await library.store().add(batch);
			if (name === "undo")
				expect((await library.run("batches", "rm-event", ID, "Data_Archived", "--yes")).code).toBe(0);
			expect({ run, code: (await library.run(...run.split(" ").slice(1))).code }).toEqual({ run, code: 0 });
		}
	}
});

describe("show", () => {
	const batch = appended(batchFrom(ID, { events: ["Received+1", "Archived-2", "Checked+5"], modified: 3 }), {
		...{ type: "Archived", success: true, time: at(3), agent: "archiver-2.0" },
		details:
			"\n  all\u001b[2J in place, said the archiver at some length, and went on to say it once more\nsecond line",
	});

	test("the timeline: newest of each type, where the change lies, details cut and harmless", async () => {
		await using library = await Library.create();
		await library.store().add(batch);
		expect(payload(await library.run("batches", "show", ID))).toBe(
			[
				`${ID}  type paper  created 2026-01-01T00:00:00.000Z  claim 0  version 0`,
				"",
				"   n  time                      outcome    event     agent         details",
				"*  1  2026-01-01T00:00:01.000Z  succeeded  Received  test-1.0      Received+1",
				"   2  2026-01-01T00:00:02.000Z  failed     Archived  test-1.0      Archived-2",
				"=     2026-01-01T00:00:03.000Z  modified",
				"*  3  2026-01-01T00:00:03.000Z  succeeded  Archived  archiver-2.0  all\\u{1b}[2J in place, said the archiver at some length, an…",
				"*  4  2026-01-01T00:00:05.000Z  succeeded  Checked   test-1.0      Checked+5",
				"",
			].join("\n"),
		);
	});

	test("as JSON the whole document, in the names that it has", async () => {
		await using library = await Library.create();
		await library.store().add(batch);
		const shown = JSON.parse(payload(await library.run("batches", "show", ID, "--json")));
		const document = await library.batches.findOne({}, { projection: { writers: 0, reached: 0 } });
		expect(shown).toEqual(JSON.parse(JSON.stringify(document)));
	});
});

test("whatever a document holds, no control character reaches the terminal", async () => {
	await using library = await Library.create();
	const evil = "x\u001b]0;owned\u0007\u009b31m\u202e";
	const event = { type: evil, success: true, time: at(1), agent: evil, details: evil };
	await library.store().add(appended({ ...batchFrom("B1-RT1", { events: [] }), type: evil }, event));
	const runs = [
		["ls"],
		["ls", "--wide"],
		["ls", "--csv"],
		["show", "B1-RT1"],
		["restart", "B1-RT1", "--from", evil, "--dry-run"],
		["rm-event", "B1-RT1", "Y"],
	];
	for (const words of runs) {
		const { out, err } = await library.run("batches", ...words);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
		expect((out + err).replaceAll("\r\n", "\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
		expect(out + err).toContain("x\\u{1b}]0;owned\\u{7}");
	}
});

test("a dry run says what would be, in the same words, and touches nothing", async () => {
	await using library = await Library.create();
	await library.store().add(batchFrom(ID, { events: ["A+1", "B-2", "C+3"] }));
	const before = await library.batches.find().toArray();
	const run = async (...words: string[]) => payload(await library.run("batches", ...words, "--dry-run"));
	expect(await run("add", "B2-RT1", "--type", "zine")).toStartWith("would add B2-RT1 zine ");
	expect(await run("touch", ID)).toMatch(/^B400022028241-RT1 would be modified 20.*, was 2026-01-01T00:00:00.000Z\n$/);
	expect(await run("event", ID, "D", "--success", "--time", "2026-01-01")).toStartWith(`${ID} would get D succeeded `);
	const gone =
		"would remove B failed 2026-01-01T00:00:02.000Z by test-1.0\nwould remove C succeeded 2026-01-01T00:00:03.000Z by test-1.0\n";
	expect(await run("restart", ID)).toBe(gone);
	expect(await run("rm-event", ID, "A")).toBe("would remove A succeeded 2026-01-01T00:00:01.000Z by test-1.0\n");
	const restart = JSON.parse(await run("restart", ID, "--from", "C", "--json"));
	expect(restart).toEqual({ id: ID, dry_run: true, removed: [JSON.parse(JSON.stringify(eventFrom("C+3")))] });
	expect(await library.batches.find().toArray()).toEqual(before);
});

describe("event", () => {
	test("details from a file; before the others; and whether it counts", async () => {
		await using library = await Library.create();
		await library.store().add(batchFrom(ID, { events: ["A+5"] }));
		const file = join(library.folder, "report.json");
		await Bun.write(file, '{"tool": "æ"}\n');
		const words = ["batches", "event", ID, "A", "--failure", "--time", at(5).toISOString()];
		const first = await library.run(...words, "--prepend", "--details", `@${file}`, "--json");
		expect(JSON.parse(first.out)).toMatchObject({ id: ID, dry_run: false, prepend: true, counts: false });
		expect(first.err).toContain("warn another event of this type is newer, and counts theirs=2026-01-01T00:00:05.000Z");
		expect(await library.batches.findOne()).toMatchObject({
			events: [{ success: false, details: '{"tool": "æ"}\n' }, { success: true }],
			succeeded: ["A"],
		});
		const last = JSON.parse(payload(await library.run(...words, "--json")));
		expect(last).toMatchObject({ prepend: false, counts: true, event: { type: "A", success: false } });
		expect((await library.batches.findOne())?.succeeded).toEqual([]);
	});

	test("a touch tells of events in the future, which stay newer than the change", async () => {
		await using library = await Library.create();
		await library.store().add(batchFrom(ID, { events: ["A+5"] }));
		await library.run("batches", "event", ID, "B", "--success", "--time", "2999-01-01", "--future-ok");
		const { code, err } = await library.run("batches", "touch", ID);
		expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("B stays newer than the change") });
		expect((await library.batches.findOne())?.current).toEqual(["B"]);
	});
});

test("a list that is longer than its reader wants, and one that is read to its end", async () => {
	await using library = await Library.create();
	const many = Array.from({ length: 2500 }, (_, n) => batchFrom(`B${n}-RT1`, { events: [], created: n }));
	await library.bulk().add(many, new AbortController().signal);
	const binary = join(import.meta.dir, "../../dist/tangles");
	const shell = Bun.spawn(["bash", "-c", `"${binary}" batches ls | head -n 2; echo "\${PIPESTATUS[0]}"`], {
		...{ env: { ...library.env(), PATH: process.env.PATH ?? "" }, cwd: library.folder },
		...{ stdout: "pipe", stderr: "pipe" },
	});
	expect((await new Response(shell.stdout).text()).split("\n")).toEqual([
		expect.stringMatching(/^batch +type +last event +outcome +time$/),
		expect.stringMatching(/^B0-RT1 /),
		...["0", ""],
	]);
	expect(await new Response(shell.stderr).text()).toBe("");
	const listed = JSON.parse(payload(await library.run("batches", "ls", "--json"))).batches;
	expect(listed.map(({ id }: { id: string }) => id)).toEqual(many.map(({ id }) => id));
	expect(
		payload(await library.run("batches", "ls"))
			.trimEnd()
			.split("\n").length,
	).toBe(2501);
	expect(JSON.parse(payload(await library.run("batches", "ls", "--past", "X", "--json")))).toEqual({ batches: [] });
});
