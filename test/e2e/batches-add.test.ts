import { describe, expect, test } from "bun:test";
import { batchFrom } from "../support/batch-reference.ts";
import { ENGINES, Library } from "../support/library.ts";
import { Run } from "../support/tangles.ts";

const line = (id: string, more: object = {}) => `${JSON.stringify({ id, type: "paper", ...more })}\n`;

for (const [engine, uri] of Object.entries(ENGINES)) {
	test(`many on stdin, on ${engine}: added, counted, and safe to repeat`, async () => {
		await using library = await Library.create(uri());
		await library.store().add(batchFrom("B7-RT1", { events: ["A+1"], type: "old" }));
		const input = Array.from({ length: 1200 }, (_, n) => line(`B${n}-RT1`)).join("") + line("B3-RT1");
		const add = async (...words: string[]) => await library.feed(input, "batches", "add", "--stdin", ...words);
		expect(await add("--dry-run")).toEqual({ code: 0, err: "", out: "would add 1199, present 2, faulty 0\n" });
		expect(await library.batches.countDocuments()).toBe(1);
		expect(JSON.parse((await add("--json")).out)).toEqual({ dry_run: false, added: 1199, present: 2, faulty: 0 });
		expect(await library.batches.countDocuments()).toBe(1200);
		expect(await library.batches.findOne({ _id: "B7-RT1" })).toMatchObject({ type: "old", seen: ["A"] });
		expect(await add()).toEqual({ code: 0, err: "", out: "added 0, present 1201, faulty 0\n" });
	});
}

describe("lines that are faulty", () => {
	const input = [
		line("B1-RT1", { created: "2020-02-29T01:00:00+01:00" }),
		"{\n",
		"\n",
		line("B2"),
		line("B3-RT1", { typ: "paper" }),
		line("B4-RT1", { type: "a\tb" }),
		line("B5-RT1", { created: "yesterday" }),
		"x".repeat(70_000),
		"\n",
		line("B6-RT1").trimEnd(),
	].join("");

	test("are all told, with their numbers; the others are added", async () => {
		await using library = await Library.create();
		const { code, out, err } = await library.feed(input, "batches", "add", "--stdin");
		expect({ code, out }).toEqual({ code: 64, out: "added 2, present 0, faulty 6\n" });
		const told = err.split("\n").map((text) => text.replace(/^\S+ /, ""));
		expect(told).toEqual([
			"error line 2: is not JSON",
			expect.stringMatching(/^error line 4: id is not a batch's full id; expected B<batch id>-RT<round trip>, such as/),
			"error line 5: typ is not known; expected id, type, created",
			expect.stringMatching(/^error line 6: type is not a name; expected 1 to 200 printable characters/),
			expect.stringMatching(/^error line 7: created is not a time; expected 2026-01-31, 2026-01-31T13:45:00Z or/),
			"error line 8: is longer than 65536 bytes",
			"error 6 of 8 lines are faulty; the others were taken",
			"error correct the faulty lines and give all lines again: batches that are stored already stay as they are",
			"",
		]);
		const created = new Date("2020-02-29T00:00:00Z");
		const fields = { created, modified: created, events: [] };
		expect(await library.batches.findOne({ _id: "B1-RT1" })).toEqual(expect.objectContaining(fields));
		expect(await library.batches.countDocuments({ _id: "B6-RT1" })).toBe(1);
		const again = await library.feed(input, "batches", "add", "--stdin", "--json");
		expect(JSON.parse(again.out)).toEqual({ dry_run: false, added: 0, present: 2, faulty: 6 });
	});

	test("in a dry run too, and nothing is added", async () => {
		await using library = await Library.create();
		const { code, out, err } = await library.feed(input, "batches", "add", "--stdin", "--dry-run");
		expect({ code, out }).toEqual({ code: 64, out: "would add 2, present 0, faulty 6\n" });
		expect(err).toContain("6 of 8 lines are faulty; the others would be taken");
		expect(await library.batches.countDocuments()).toBe(0);
	});

	test("bytes that are no text", async () => {
		await using library = await Library.create();
		const bytes = Buffer.concat([Buffer.from(line("B1-RT1")), Buffer.from([0xff, 10]), Buffer.from(line("B2-RT1"))]);
		const { code, out, err } = await library.feed(bytes, "batches", "add", "--stdin");
		expect({ code, out }).toEqual({ code: 64, out: "added 2, present 0, faulty 1\n" });
		expect(err).toContain("line 2: is not UTF-8");
	});
});

test("stopped in the middle: what is added stays and is told, 143", async () => {
	await using library = await Library.create();
	const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
	const run = new Run(["batches", "add", "--stdin", "-v"], library.env(), library.folder, [], readable);
	const writer = writable.getWriter();
	await writer.write(Buffer.from(Array.from({ length: 700 }, (_, n) => line(`B${n}-RT1`)).join("")));
	await run.talk("added=500");
	run.kill("SIGTERM");
	const { code, err } = await run.ended();
	expect(code).toBe(143);
	expect(err).toContain("stopped before the end of the input added=500 present=0 faulty=0");
	expect(await library.batches.countDocuments()).toBe(500);
});
