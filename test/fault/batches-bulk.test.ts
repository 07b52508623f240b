import { expect, test } from "bun:test";
import { batchFrom } from "../support/batch-reference.ts";
import { Library } from "../support/library.ts";

const BATCHES = Number(process.env.BULK_BATCHES ?? 300);
const KILLS = 5;
/** As many as the binary prints together. */
const PAGE = 16;

test(`a restart of ${BATCHES} batches, killed at random ${KILLS} times and given again: each is restarted exactly once`, async () => {
	await using library = await Library.create();
	const ids = Array.from({ length: BATCHES }, (_, n) => `B${n}-RT1`);
	const batches = ids.map((id, n) => batchFrom(id, { events: ["Received+1", "Archived-2"], created: n }));
	await library.bulk().add(batches, new AbortController().signal);
	const words = ["batches", "restart", "--failed", "Archived", "--reason", "the disk is back", "--yes"];
	const left = async () => await library.batches.countDocuments({ seen: "Archived" });
	for (let kill = 1; kill <= KILLS; kill += 1) {
		const before = await left();
		const run = library.start(...words);
		// The run is somewhere in the page behind the one that it prints.
		const most = Math.floor(before / (KILLS - kill + 2) / PAGE);
		for (let page = 0; page <= Math.floor(Math.random() * most); page += 1) await run.line(" done");
		run.kill("SIGKILL");
		expect((await run.ended()).code).toBe(137);
		expect(await left()).toBeWithin(1, before);
	}
	const rest = await left();
	const { code, out, err } = await library.run(...words);
	expect({ code, lines: out.trim().split("\n").length }).toEqual({ code: 0, lines: rest });
	expect(err).toContain(`restart: done: ${rest}`);
	expect((await library.run(...words)).err).toContain("restart: no batch is selected");
	for (const document of await library.batches.find().toArray()) {
		expect(document).toMatchObject({ version: 1, seen: ["Received"] });
		expect(document.history).toMatchObject([{ what: "restart", reason: "the disk is back", removed: [{ at: 1 }] }]);
	}
}, 600_000);
