import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { batchFrom, eventFrom } from "../support/batch-reference.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { ENGINES, Library } from "../support/library.ts";
import type { Ended } from "../support/tangles.ts";

const ID = "B1-RT1";
const HERE = new RegExp(`^[^@]+@${hostname()}$`);

/** What a run said on stdout, once it has ended well. */
function payload({ code, out, err }: Ended): string {
	expect({ code, err }).toEqual({ code: 0, err: "" });
	return out;
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`what people do, on ${engine}`, () => {
		test("prioritize, and an event of 1970 by another program: first in ls, in a dry run, and in the run; --clear takes both back", async () => {
			await using scene = await ComponentScene.create({ mongo: uri() });
			const [first = "", second = "", third = ""] = await scene.archived(3);
			const run = async (...words: string[]) => payload(await scene.command(["batches", ...words]).ended());
			const order = async () => JSON.parse(await run("ls", "--json")).batches.map(({ id }: { id: string }) => id);
			expect(await order()).toEqual([first, second, third]);
			expect(await run("prioritize", second, "--level", "2", "--reason", "urgent")).toStartWith(
				`${second} has Manually_prioritized succeeded 1970-01-02T00:00:00.000Z by `,
			);
			await run("event", third, "Rushed", "--success", "--prepend", "--time", "1970-01-01");
			expect(await order()).toEqual([third, second, first]);
			const plan = JSON.parse(payload(await scene.run("true", "--dry-run", "--json")));
			expect(plan.batches.map(({ batch, would }: { batch: string; would: string }) => [batch, would])).toEqual([
				[third, "take"],
				[second, "leave"],
				[first, "leave"],
			]);
			expect((await scene.run("true")).out).toBe(`Worked on ${third} successfully\n`);
			expect((await scene.run("true")).out).toBe(`Worked on ${second} successfully\n`);
			for (const id of [second, third]) await run("prioritize", id, "--clear", "--reason", "done");
			expect(await order()).toEqual([first, second, third]);
			expect(JSON.parse(await run("show", third, "--history", "--json")).history).toMatchObject([
				{ what: "prioritize", by: expect.stringMatching(HERE), reason: "done", removed: [{ at: 0 }] },
			]);
			expect(await run("undo", third)).toStartWith("put back Rushed succeeded 1970-01-01T00:00:00.000Z by ");
			expect(await order()).toEqual([third, first, second]);
		});

		test("a component's run gives documents without first_event their place before it looks", async () => {
			await using scene = await ComponentScene.create({ mongo: uri() });
			const [first = "", second = ""] = await scene.archived(2);
			await scene.command(["batches", "prioritize", second]).ended();
			await scene.batches.updateOne({ _id: first }, { $unset: { first_event: "" } });
			expect((await scene.run("true")).out).toBe(`Worked on ${second} successfully\n`);
			expect(await scene.batches.findOne({ _id: first })).toMatchObject({ first_event: expect.any(Date) });
		});
	});
}

test("restart and rm-event keep what they take: show --history says who, when and why, undo puts it back, the last first", async () => {
	await using library = await Library.create();
	await library.store().add(batchFrom(ID, { events: ["A+1", "B-2", "C+3"] }));
	const run = async (...words: string[]) => payload(await library.run("batches", ...words));
	await run("restart", ID, "--reason", "disk\u001b[2J full");
	await run("rm-event", ID, "A", "--yes");
	const history = await run("show", ID, "--history");
	expect(history.split("\n")).toEqual([
		expect.stringMatching(/^20\S+Z rm-event by [^@]+@\S+$/),
		"  removed A succeeded 2026-01-01T00:00:01.000Z by test-1.0",
		expect.stringMatching(/^20\S+Z restart by [^@]+@\S+: disk\\u\{1b\}\[2J full$/),
		"  removed B failed 2026-01-01T00:00:02.000Z by test-1.0",
		"  removed C succeeded 2026-01-01T00:00:03.000Z by test-1.0",
		"",
	]);
	expect(await run("undo", ID, "--dry-run")).toBe("would put back A succeeded 2026-01-01T00:00:01.000Z by test-1.0\n");
	expect(await run("undo", ID)).toBe("put back A succeeded 2026-01-01T00:00:01.000Z by test-1.0\n");
	const back = JSON.parse(await run("undo", ID, "--reason", "it was not", "--json"));
	expect(back.restored).toMatchObject([{ type: "B" }, { type: "C" }]);
	expect((await library.batches.findOne())?.events).toEqual(["A+1", "B-2", "C+3"].map(eventFrom));
	expect(await run("show", ID, "--history")).toMatch(/ {2}20\S+Z 2 put back by [^@]+@\S+: it was not\n/);
	expect(await library.run("batches", "undo", ID)).toMatchObject({
		code: 1,
		err: expect.stringMatching(
			/B1-RT1: nothing that was taken away is left to be put back; nothing was changed[\s\S]*--history/,
		),
	});
});

test("a history that is none of ours makes the document malformed, and says which line corrects it", async () => {
	await using library = await Library.create();
	await library.store().add(batchFrom(ID, { events: [] }));
	await library.batches.updateOne({ _id: ID }, { $set: { history: "long" } });
	const { code, err } = await library.run("batches", "show", ID);
	expect({ code, err }).toMatchObject({
		code: 65,
		err: expect.stringMatching(
			/history is not a list of removals \(found "long"\)[\s\S]*\$set: \{ "history": \[\], "current": \[\] \}/,
		),
	});
});

test("prioritize: a level of 1 to 9, or --clear", async () => {
	await using library = await Library.create();
	const words = ["batches", "prioritize", ID];
	expect(await library.run(...words, "--level", "10")).toMatchObject({
		code: 64,
		err: expect.stringMatching(/--level is "10"[\s\S]*give a whole number from 1 to 9/),
	});
	expect(await library.run(...words, "--level", "2", "--clear")).toMatchObject({
		code: 64,
		err: expect.stringContaining("--level and --clear exclude each other"),
	});
});

test("an event more than a minute ahead is refused; with --future-ok a repair wins over what another host's clock has left", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const ahead = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
	const event = async (...words: string[]) => await scene.command(["batches", "event", id, ...words]).ended();
	const hour = ahead(3600);
	const refused = await event("Batch_Sampled", "--failure", "--time", hour);
	expect(refused.code).toBe(64);
	expect(refused.err).toMatch(
		new RegExp(`--time ${hour} lies 3[56]\\d\\d s ahead of ${hostname()}'s clock, 20\\S+Z[\\s\\S]*give --future-ok`),
	);
	expect((await event("Batch_Sampled", "--failure", "--time", ahead(50))).code).toBe(0);
	const other = {
		type: "Data_Archived",
		success: false,
		time: new Date(hour),
		agent: "archiver-1.0",
		details: "",
		host: "h7",
	};
	await scene.batches.updateOne({ _id: id }, { $push: { events: other } } as never);
	const repair = await event("Data_Archived", "--success");
	expect(repair.err).toContain(`another event of this type is newer, and counts time=${hour}`);
	expect(repair.err).toContain(`Data_Archived by archiver-1.0 on h7: its time ${hour} lies`);
	const dry = await scene.run("true", "--dry-run", "--json");
	expect(JSON.parse(dry.out).batches[0].why).toContain(`Data_Archived by archiver-1.0 on h7: its time ${hour}`);
	const doctor = await scene.command(["doctor"]).ended();
	const said = doctor.out.replaceAll(/\s+/g, " ");
	expect(said).toContain(
		`one batch has a time in the future: ${id}: Data_Archived by archiver-1.0 on h7: its time ${hour}`,
	);
	const won = await event("Data_Archived", "--success", "--time", ahead(3601), "--future-ok", "--json");
	expect(JSON.parse(won.out)).toMatchObject({ counts: true });
	expect((await scene.batch(id)).succeeded).toContain("Data_Archived");
});

test("a run that records below another host's event says both times and the host", async () => {
	await using scene = await ComponentScene.create({
		components: { Sample: { past: ["Data_Archived"], old: ["Batch_Sampled"], event: "Batch_Sampled" } },
	});
	const [id = ""] = await scene.archived(1);
	const time = new Date(Date.now() + 3_600_000);
	const event = {
		type: "Batch_Sampled",
		success: false,
		time,
		agent: "Sample-0.9",
		details: "",
		host: "h7",
		at_version: 0,
	};
	await scene.batches.updateOne({ _id: id }, { $push: { events: event } } as never);
	await scene.command(["batches", "touch", id]).ended();
	const { code, err } = await scene.run("true");
	expect(code).toBe(0);
	expect(err).toMatch(
		new RegExp(
			`Batch_Sampled of 20\\S+Z is recorded and does not count: one by Sample-0.9 on h7 has the time ${time.toISOString()}`,
		),
	);
});
