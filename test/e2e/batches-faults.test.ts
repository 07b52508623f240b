import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { batchFrom } from "../support/batch-reference.ts";
import { Library } from "../support/library.ts";
import { OutputPair } from "../support/output-pair.ts";
import { Run } from "../support/tangles.ts";

const ID = "B1-RT1";

describe("what a user can get wrong: its code, what it is, and the hint", () => {
	let library: Library;
	let before: unknown;
	beforeAll(async () => {
		library = await Library.create();
		await library.store().add(batchFrom(ID, { events: ["A+1", "B-2"] }));
		await library.store().add(batchFrom("B2-RT1", { events: [] }));
		await writeFile(join(library.folder, "big"), "x".repeat(1024 * 1024 + 1));
		await writeFile(join(library.folder, "bytes"), new Uint8Array([0xff]));
		before = await library.batches.find().toArray();
	});
	afterAll(async () => {
		expect(await library.batches.find().toArray()).toEqual(before as never);
		await library[Symbol.asyncDispose]();
	});

	const ids = `write B<batch id>-RT<round trip>, such as B400022028241-RT1`;
	const times = "write for example 2026-01-31, 2026-01-31T13:45:00Z or 2026-01-31T14:45:00.123+01:00";
	const names = "write a name: 1 to 200 printable characters without a comma, and no blanks at the ends";
	test.each<[string, string[], number, string, string]>([
		// omitted
		["no verb", [], 64, "no command given", "tangles batches --help lists the commands"],
		["a verb that is none", ["lst"], 64, 'unknown command "batches lst"', 'did you mean "tangles batches ls"?'],
		["show what?", ["show"], 64, "missing argument ID", "usage: tangles batches show [flags] ID"],
		["touch what?", ["touch"], 64, "missing argument ID", "usage: tangles batches touch"],
		["add what?", ["add", "--type", "x"], 64, "missing argument ID", "name a batch, or give many with --stdin"],
		["add it as what?", ["add", ID], 64, "what type of batch is it?", "give --type TYPE"],
		["what happened?", ["event", ID, "--success"], 64, "missing argument TYPE", "usage: tangles batches event"],
		["how did it end?", ["event", ID, "A"], 64, "how did it end?", "give one of --success and --failure"],
		["remove which?", ["rm-event", ID], 64, "missing argument TYPE", "usage: tangles batches rm-event"],
		["restart from what?", ["restart", ID, "--from"], 64, "--from needs a value", "usage: tangles batches restart"],
		// malformed
		["an id to show", ["show", "B1"], 64, '"B1" is not a batch\'s full id', ids],
		["an id to add", ["add", "1", "--type", "x"], 64, '"1" is not a batch\'s full id', ids],
		["an id to touch", ["touch", "B1-RT01"], 64, '"B1-RT01" is not a batch\'s full id', ids],
		["an id for an event", ["event", "B1/2-RT1", "A", "--success"], 64, '"B1/2-RT1" is not a batch\'s full id', ids],
		["an id to restart", ["restart", "../B1-RT1"], 64, '"../B1-RT1" is not a batch\'s full id', ids],
		["an id to rm-event", ["rm-event", "b1-rt1", "A"], 64, '"b1-rt1" is not a batch\'s full id', ids],
		["a type of batch", ["add", ID, "--type", "a,b"], 64, '--type is "a,b"', names],
		["a type of event", ["event", ID, "A,B", "--success"], 64, 'TYPE is "A,B"', names],
		["a list with a hole", ["ls", "--past", "A,,B"], 64, '--past is ""', names],
		["a list that ends in a comma", ["ls", "--old", "A,"], 64, '--old is ""', names],
		[
			"a day that is none",
			["event", ID, "A", "--success", "--time", "2026-02-30"],
			64,
			'--time is "2026-02-30"',
			times,
		],
		["a time of no zone", ["event", ID, "A", "--success", "--time", "2026-01-01T10:00"], 64, "--time is", times],
		[
			"a file that is not there",
			["event", ID, "A", "--success", "--details", "@no"],
			64,
			"--details @no: the file does not exist",
			"give @FILE, or text that does not begin with @",
		],
		[
			"a file too large",
			["event", ID, "A", "--success", "--details", "@big"],
			64,
			"--details @big: the file is too large; expected up to 1048576 bytes",
			"give @FILE",
		],
		[
			"a file of no text",
			["event", ID, "A", "--success", "--details", "@bytes"],
			64,
			"--details @bytes: the file is not UTF-8 text",
			"give @FILE",
		],
		[
			"a folder",
			["event", ID, "A", "--success", "--details", "@/"],
			64,
			"--details @/: the file is a folder",
			"give @FILE",
		],
		// contradictory
		[
			"both ends",
			["event", ID, "A", "--success", "--failure"],
			64,
			"--success and --failure exclude each other",
			"give one of --success and --failure",
		],
		[
			"one and many",
			["add", ID, "--stdin"],
			64,
			"ID and --stdin exclude each other",
			"name one batch, or give many on stdin",
		],
		[
			"a type for many",
			["add", "--stdin", "--type", "x"],
			64,
			"--type and --stdin exclude each other",
			'write "type" on each line',
		],
		["too many ids", ["show", ID, "B2-RT1"], 64, 'unexpected argument "B2-RT1"', "usage: tangles batches show"],
		["a flag that is none", ["ls", "--pats", "A"], 64, "unknown flag --pats", "did you mean --past?"],
		// not found, or there already
		...["show", "touch", "restart"].map((verb): [string, string[], number, string, string] => [
			`no batch to ${verb}`,
			[verb, "B9-RT9"],
			1,
			".batches: there is no batch B9-RT9",
			"`tangles batches ls` lists all",
		]),
		[
			"no batch for an event",
			["event", "B9-RT9", "A", "--success"],
			1,
			"there is no batch B9-RT9",
			"`tangles batches ls` lists all",
		],
		[
			"no batch to rm-event",
			["rm-event", "B9-RT9", "A", "--yes"],
			1,
			"there is no batch B9-RT9",
			"`tangles batches ls` lists all",
		],
		[
			"it exists",
			["add", ID, "--type", "x"],
			1,
			".batches: B1-RT1 exists already; nothing was changed",
			"`tangles batches show B1-RT1` has what is there",
		],
		["it exists, tried", ["add", ID, "--type", "x", "--dry-run"], 1, "B1-RT1 exists already", "`tangles batches show"],
		[
			"no such event to remove",
			["rm-event", ID, "X", "--yes"],
			1,
			"B1-RT1 has no event X; nothing was changed",
			"it has A, B",
		],
		[
			"no event at all",
			["rm-event", "B2-RT1", "X", "--yes"],
			1,
			"B2-RT1 has no event X; nothing was changed",
			"it has no events",
		],
		[
			"no such event to restart from",
			["restart", ID, "--from", "X"],
			1,
			"B1-RT1 has no event X; nothing was changed",
			"it has A, B",
		],
		[
			"stdin is no terminal on which to ask",
			["rm-event", ID, "A"],
			64,
			"remove one event A from B1-RT1: stdin is no terminal on which to ask; nothing was done",
			"give --yes to do it without a question",
		],
	])("%s", async (_, words, code, says, hint) => {
		const { code: ended, out, err } = await library.run("batches", ...words);
		expect({ code: ended, out }).toEqual({ code, out: "" });
		const [first = "", second = "", rest] = err.split("\n");
		expect(first).toContain(` error `);
		expect(first).toContain(says);
		expect(second).toContain(hint);
		expect(rest).toBe("");
	});
});

test("nothing failed: restart says so, does nothing, exits with 0", async () => {
	await using library = await Library.create();
	await library.store().add(batchFrom(ID, { events: ["A+1"] }));
	const { code, out, err } = await library.run("batches", "restart", ID);
	expect({ code, out }).toEqual({ code: 0, out: "" });
	expect(err).toContain("info B1-RT1 has no failed event; nothing was changed");
	expect(await library.run("batches", "restart", ID, "-q")).toEqual({ code: 0, out: "", err: "" });
	expect(JSON.parse((await library.run("batches", "restart", ID, "--json")).out)).toEqual({
		...{ id: ID, dry_run: false, removed: [] },
	});
	expect(await library.batches.findOne()).toMatchObject({ version: 0 });
});

test("on a terminal rm-event asks: no leaves all, yes removes", async () => {
	await using library = await Library.create();
	await library.store().add(batchFrom(ID, { events: ["A+1", "A-2", "B+3"] }));
	const binary = join(import.meta.dir, "../../dist/tangles");
	const answer = async (text: string) => {
		const command = ["script", "-qec", `"${binary}" batches rm-event ${ID} A`, "/dev/null"];
		const output = new OutputPair();
		const child = Bun.spawn(command, {
			...{ env: { ...library.env(), PATH: process.env.PATH ?? "" }, cwd: library.folder },
			...{ stdin: "pipe", stdout: output.childEnd, stderr: "pipe" },
		});
		output.given();
		let shown = "";
		const answers = [
			{ to: "? [y/N] ", text },
			{ to: "why? (for the history; may be empty): ", text: "mistaken\n" },
		];
		for await (const bytes of output.ourEnd) {
			shown += new TextDecoder().decode(bytes);
			const [next] = answers;
			if (next === undefined || !shown.includes(next.to)) continue;
			answers.shift();
			child.stdin.write(next.text);
			await child.stdin.flush();
		}
		return { code: await child.exited, shown };
	};
	expect(await answer("n\n")).toEqual({
		code: 1,
		shown: expect.stringMatching(/remove 2 events A from B1-RT1\? \[y\/N\] [\s\S]*not confirmed, nothing was done/),
	});
	expect((await library.batches.findOne())?.version).toBe(0);
	expect(await answer("y\n")).toEqual({ code: 0, shown: expect.stringContaining("removed A failed 2026-01-01") });
	const document = await library.batches.findOne();
	expect(document?.seen).toEqual(["B"]);
	expect(document?.history).toMatchObject([{ what: "rm-event", reason: "mistaken", removed: [{ at: 0 }, { at: 1 }] }]);
});

test("a document that is not what it must be: 65, and where", async () => {
	await using library = await Library.create();
	await library.store().add(batchFrom(ID, { events: ["A+1"] }));
	await library.batches.updateOne({ _id: ID }, { $set: { "events.0.success": 1 } });
	for (const words of [
		["show", ID],
		["touch", ID],
		["event", ID, "B", "--success"],
		["restart", ID],
	]) {
		const { code, out, err } = await library.run("batches", ...words);
		expect({ words, code, out }).toEqual({ words, code: 65, out: "" });
		expect(err).toContain('.batches: document _id "B1-RT1": events.0.success is neither true nor false (found 1)');
		expect(err).toContain('updateOne({ _id: "B1-RT1" }, { $set: { "events.0.success": true, "current": [] } })');
	}
	expect(await library.batches.findOne()).toMatchObject({ version: 0 });
});

test("a database that is not there: 69 within the patience, with its address", async () => {
	await using library = await Library.create();
	await writeFile(join(library.folder, "tangles.yaml"), "producer: { patience: 1s }\n");
	const env = library.env("mongodb://127.0.0.1:9/?directConnection=true");
	const { code, out, err } = await new Run(["batches", "ls"], env, library.folder).ended();
	expect({ code, out }).toEqual({ code: 69, out: "" });
	expect(err).toMatch(/MongoDB at 127\.0\.0\.1:9 is unreachable or did not answer in time, tried for \d+\.\d s/);
});
