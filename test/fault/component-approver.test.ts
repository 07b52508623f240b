import { describe, expect, test } from "bun:test";
import { appended } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { ENGINES } from "../support/library.ts";

const BATCHES = 10;
const ROUND_TRIPS = [1, 2, 3];
const APPROVER = {
	...{ past: ["Data_Archived"], future: ["Roundtrip_Approved", "Manually_stopped"] },
	event: "Roundtrip_Approved",
};
const WORDS = ["component", "Approver", "--module", "builtin:approver", "--wait", "20s", "--json"];
/** What a run is killed at: before it records, between its outcome and the events for others, and between these. */
const MOMENTS = ["taken", "started", "worked", "sent"];

/** Adds batches of three round trips each, all archived; gives the ids by batch. */
async function archived(scene: ComponentScene, batches: number): Promise<string[][]> {
	const all: string[][] = [];
	for (let n = 1; n <= batches; n += 1) {
		const ids = ROUND_TRIPS.map((roundTrip) => `B${n}-RT${roundTrip}`);
		for (const id of ids) {
			const time = new Date(Date.now() - 1_000_000 + n);
			const event = { type: "Data_Archived", success: true, time, agent: "test", details: "" };
			await scene.store.add(appended(newBatch(parseBatchId(id), "Newspaper", time), event));
		}
		all.push(ids);
	}
	return all;
}

/** One round trip of each batch is approved, each of the others stopped, once. */
async function expectApproved(scene: ComponentScene, batches: readonly (readonly string[])[]): Promise<void> {
	for (const ids of batches) {
		const approved = await Promise.all(ids.map((id) => scene.outcomes(id, "Roundtrip_Approved")));
		const stopped = await Promise.all(ids.map((id) => scene.outcomes(id, "Manually_stopped")));
		expect({ ids, approved, stopped }).toEqual({ ids, approved: [[true], [], []], stopped: [[], [true], [true]] });
	}
	expect(await scene.store.withOutgoing("Approver")).toEqual([]);
}

for (const [engine, uri] of Object.entries(ENGINES)) {
	describe(`an approver on ${engine}`, () => {
		test("three round trips, one approved: the others are stopped, and left alone by the next runs", async () => {
			await using scene = await ComponentScene.create({ components: { Approver: APPROVER }, mongo: uri() });
			const batches = await archived(scene, 1);
			const { code, out } = await scene.command(WORDS).ended();
			expect(code).toBe(0);
			const events = out
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line));
			expect(events.filter(({ event }) => event === "sent")).toMatchObject([
				{ batch: "B1-RT1", to: "B1-RT2", type: "Manually_stopped", success: true },
				{ batch: "B1-RT1", to: "B1-RT3", type: "Manually_stopped", success: true },
			]);
			expect((await scene.command(WORDS).ended()).out).not.toContain('"taken"');
			await expectApproved(scene, batches);
		});
	});
}

test(`${BATCHES} batches of three round trips, a SIGKILL at random for each: none is approved twice, no event is lost or doubled`, async () => {
	await using scene = await ComponentScene.create({ components: { Approver: APPROVER }, sessionTimeout: "2s" });
	const batches = await archived(scene, BATCHES);
	const moments: string[] = [];
	for (let kill = 0; kill < BATCHES; kill += 1) {
		const moment = MOMENTS[Math.floor(Math.random() * MOMENTS.length)] ?? "";
		const run = scene.command(WORDS);
		await run.line(`"event":"${moment}"`);
		run.kill("SIGKILL");
		const { code } = await run.ended();
		moments.push(`${moment} ${code}`);
	}
	process.stderr.write(`killed at: ${moments.join(", ")}\n`);
	for (;;) {
		const { code, out } = await scene.command(WORDS).ended();
		expect(code).toBe(0);
		if (!out.includes('"taken"') && !out.includes('"sent"')) break;
	}
	await expectApproved(scene, batches);
}, 300_000);

test("a report for a round trip that there is not: the outcome is a failure that says which there are", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const event = { round_trip: 7, type: "X", success: true };
	await Bun.write(`${scene.folder}/report.json`, JSON.stringify({ events: [event] }));
	const { code, err } = await scene.run('cat >"$0/stdin"; cp "$0/report.json" "$TANGLES_RESULT"');
	expect(code).toBe(1);
	expect(err).toContain("the report has an event X for round trip 7; there is no other one");
	expect(await scene.outcomes(id)).toEqual([false]);
	expect(JSON.parse(await Bun.file(`${scene.folder}/stdin`).text())).toMatchObject({ _id: id, siblings: [] });
});

test("the approver does not approve where another round trip is approved already", async () => {
	await using scene = await ComponentScene.create({ components: { Approver: APPROVER } });
	await archived(scene, 1);
	await scene.command(["batches", "event", "B1-RT3", "Roundtrip_Approved", "--success"]).ended();
	const { code, err } = await scene.command(WORDS).ended();
	expect(code).toBe(1);
	expect(err).toContain("approval: B1-RT3 is approved already");
	expect(await scene.outcomes("B1-RT1", "Roundtrip_Approved")).toEqual([false]);
	expect(await scene.outcomes("B1-RT2", "Manually_stopped")).toEqual([]);
});
