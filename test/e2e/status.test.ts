import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { shared } from "../support/servers.ts";
import { BINARY, Running } from "../support/tangles.ts";

const COMPONENTS = {
	Sample: SAMPLE,
	Next: { past: ["Batch_Sampled"], future: ["Batch_Approved"], event: "Batch_Approved" },
};

test("status: TCN, stencils by state, what is in work, queue, locks, the line; 80 columns; as JSON the same", async () => {
	await using scene = await ComponentScene.create({ components: COMPONENTS });
	const env = { FAKTORY_URL: shared.faktory() };
	expect((await scene.command(["init", "--max-tcn", "26"]).ended()).code).toBe(0);
	const client = await MongoClient.connect(shared.mongo());
	const stencils = client.db(scene.database).collection<{ _id: unknown }>("arborescent_stencils");
	await stencils.updateOne({ rootstock_tcn: 1, scion_tcn: 2 }, { $set: { state: 3 } });
	const begun = { state: 1, progress: { round: 4, pushed: 7, total: 9 } };
	await stencils.updateOne({ rootstock_tcn: 1, scion_tcn: 3 }, { $set: begun });
	await stencils.updateOne({ rootstock_tcn: 1, scion_tcn: 4 }, { $set: { state: 1, resting: true } });
	await client.close();
	const [first = ""] = await scene.archived(3);
	await scene.command(["batches", "event", first, "Batch_Sampled", "--failure"]).ended();
	const run = scene.start('echo go >&2; until [ -e "$0/open" ]; do sleep 0.02; done');
	await run.talk("go");
	const { code, out } = await scene.command(["status", "--json"], env).ended();
	expect(code).toBe(0);
	const status = JSON.parse(out);
	expect(status).toMatchObject({
		enumeration: {
			...{ completed_tcn: 1, max_tcn: 26 },
			in_work: [
				{ tcn: 4, rootstock_tcn: 1, scion_tcn: 3, pushed: 7, total: 9 },
				{ tcn: 5, rootstock_tcn: 1, scion_tcn: 4 },
			],
		},
		queue: { scheduled: 0 },
		locks: { tangles: 2, curator_flat: 0, curator_v2: 0, foreign: 0, leftover: 0, free: 0, waiting: 0 },
		line: [
			{ component: "Sample", ready: 2, working: 1, failed: 1 },
			{
				component: "Next",
				event: "Batch_Approved",
				ready: 0,
				working: 0,
				failed: 0,
				oldest: null,
				last_run: null,
				not_run_since: null,
			},
		],
		errors: [],
	});
	expect(status.enumeration.tcns.length).toBe(24);
	expect(status.enumeration.tcns[1]).toEqual({ tcn: 4, new: 1, started: 1, no_headroom: 0, complete: 0 });
	expect(status.enumeration.tcns[2]).toEqual({ tcn: 5, new: 2, started: 0, no_headroom: 1, complete: 0 });
	const text = (await scene.command(["status"], env).ended()).out;
	expect(text).toContain("TCN 1 of 26 complete");
	expect(text).toContain("  4    1        1            0         0  ▒·\n");
	expect(text).toMatch(/\n\nin work +TCN +rootstocks +scions +pushed +of jobs\n[0-9a-f]{24} +4 +1 +3 +7 +9\n/);
	expect(text).toContain("  5    2        0            1         0  ░··\n");
	expect(text).toMatch(/Sample +2 +1 +1 +1[67] min +\d+ s ago, no end known\n/);
	for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
	run.kill("SIGTERM");
	await run.ended();
});

test("status: a server that is down is told and hides nothing else: 69", async () => {
	await using scene = await ComponentScene.create({ components: COMPONENTS });
	await scene.command(["init", "--max-tcn", "5"]).ended();
	const { code, out } = await scene.command(["status", "--json"], { FAKTORY_URL: "tcp://127.0.0.1:1" }).ended();
	expect(code).toBe(69);
	const status = JSON.parse(out);
	expect(status).toMatchObject({ enumeration: { max_tcn: 5 }, queue: null, locks: { tangles: 0 } });
	expect(status.errors).toMatchObject([{ part: "queue", error: expect.stringContaining("127.0.0.1:1") }]);
});

test("status of a library alone, which no enumeration was ever begun beside: no fault", async () => {
	await using scene = await ComponentScene.create();
	await scene.archived(1);
	const { code, out, err } = await scene.command(["status", "--json"]).ended();
	expect({ code, err }).toEqual({ code: 0, err: "" });
	expect(JSON.parse(out)).toMatchObject({ enumeration: null, line: [{ ready: 1 }], errors: [] });
	const both = await scene.command(["status"], { FAKTORY_URL: shared.faktory() }).ended();
	expect(both).toMatchObject({ code: 65, err: expect.stringContaining("there is no config document") });
});

test("status --watch looks again and again until it is stopped", async () => {
	await using scene = await ComponentScene.create();
	await scene.command(["init", "--max-tcn", "5"]).ended();
	const run = scene.command(["status", "--watch", "--json"]);
	for (let look = 0; look < 2; look += 1) expect(JSON.parse(await run.line("enumeration")).enumeration.max_tcn).toBe(5);
	run.kill("SIGINT");
	expect((await run.ended()).code).toBe(130);
});

test("status --watch draws in place on a terminal, and writes plain text off one", async () => {
	await using scene = await ComponentScene.create();
	await scene.command(["init", "--max-tcn", "5"]).ended();
	const terminal = ["script", "-qec", `${BINARY} status --watch`, "/dev/null"];
	await using drawn = new Running(terminal, { ...scene.env, TERM: "xterm" }, scene.folder);
	await using written = scene.command(["status", "--watch"]);
	for (let look = 0; look < 2; look += 1) {
		await drawn.line("\u001b[H");
		await written.line("TCN 1 of 5 complete");
	}
	written.kill("SIGINT");
	expect((await written.ended()).out).not.toContain("\u001b");
});

test("status without any server configured: 78 with the hint", async () => {
	await using scene = await ComponentScene.create();
	await writeFile(join(scene.folder, "empty.yaml"), "");
	const { code, err } = await scene.command(["status", "-c", "empty.yaml"]).ended();
	expect(code).toBe(78);
	expect(err).toContain("no server is named");
});
