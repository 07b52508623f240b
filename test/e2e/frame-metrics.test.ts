import { expect, test } from "bun:test";
import { once } from "node:events";
import { watch } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { Enumeration } from "../support/enumeration.ts";

/** The samples of a file in Prometheus' text format: `name{labels}` to value. Throws on a line that is none. */
async function samples(file: string): Promise<Record<string, number>> {
	const lines = (await Bun.file(file).text()).trim().split("\n");
	const entries = lines
		.filter((line) => !/^# (?:HELP \w+ .+|TYPE \w+ (?:gauge|counter))$/.test(line) && line !== "")
		.map((line) => {
			const [, key, value] = /^([a-z_]+(?:\{[^}]*\})?) (-?[\d.e+]+)$/.exec(line) ?? [];
			if (key === undefined) throw new Error(`no sample: ${line}`);
			return [key, Number(value)] as const;
		});
	return Object.fromEntries(entries);
}

/** The file's numbers, once they are as asked: it is written behind the events. */
async function untilSamples(
	file: string,
	asked: (now: Record<string, number>) => boolean,
): Promise<Record<string, number>> {
	const watcher = watch(dirname(file));
	try {
		for (;;) {
			const change = once(watcher, "change");
			const now = await samples(file);
			if (asked(now)) return now;
			await change;
		}
	} finally {
		watcher.close();
	}
}

test("produce keeps its numbers in the file: jobs, stencils by state, TCN, queue, lock; and leaves nothing beside it", async () => {
	await using run = await Enumeration.create({ pageSize: 2, producer: "headroom: 4, chunk: 2, window: 1" });
	await run.prepare(6, 9, [3, 4], [4, 4]);
	await run.addTangles(3, 4, true);
	await run.addTangles(4, 4, true);
	const file = join(dirname(run.env.TANGLES_CONFIG ?? ""), "produce.prom");
	const producing = run.start("produce", "--metrics-file", file, "--json");
	// The queue has room for no more: pushing rests after the first stencil's four jobs.
	await producing.line('"waiting"');
	const resting = await untilSamples(
		file,
		(now) => now.tangles_jobs_pushed_total === 4 && now['tangles_queue_jobs{set="enqueued"}'] === 4,
	);
	expect(resting).toMatchObject({
		...{ tangles_current_tcn: 6, tangles_target_tcn: 9, tangles_lock_suspended_total: 0, tangles_lock_lost_total: 0 },
		...{ 'tangles_stencils{state="complete"}': 1, 'tangles_stencils{state="new"}': 1 },
		'tangles_run_ended_timestamp_seconds{command="produce"}': 0,
	});
	producing.kill("SIGTERM");
	expect((await producing.ended()).code).toBe(143);
	const after = await samples(file);
	expect(after['tangles_run_ended_timestamp_seconds{command="produce"}']).toBeGreaterThan(1e9);
	expect(after.tangles_lock_held_seconds_total).toBeGreaterThan(0);
	expect((await readdir(dirname(file))).filter((name) => name.includes("prom"))).toEqual(["produce.prom"]);
});

test("component counts its batches by outcome", async () => {
	await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "queue-length": 3 } } });
	const [bad = ""] = await scene.archived(3);
	const { code } = await scene.run(`[ "$1" != ${bad} ]`, "--metrics-file", "sample.prom");
	expect(code).toBe(1);
	const counted = await samples(join(scene.folder, "sample.prom"));
	const wait = counted['tangles_batches_oldest_ready_seconds{component="Sample"}'];
	expect(wait).toBeWithin(900, 2000);
	const of = (outcome: string) => counted[`tangles_batches_total{component="Sample",outcome="${outcome}"}`];
	expect(["success", "failure", "abandoned", "returned", "skipped"].map(of)).toEqual([2, 1, 0, 0, 0]);
	expect(counted.tangles_lock_lost_total).toBe(0);
});

test("work counts its jobs by outcome, and the tangles it stored", async () => {
	await using run = await Enumeration.create();
	expect((await run.run("init", "--max-tcn", "4")).code).toBe(0);
	await run.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 2 } });
	expect((await run.run("produce", "--once", "--json")).code).toBe(0);
	const file = join(dirname(run.env.TANGLES_CONFIG ?? ""), "work.prom");
	const worker = run.start("work", "--metrics-file", file, "--json");
	await worker.line('"job-done"');
	worker.kill("SIGTERM");
	expect((await worker.ended()).code).toBe(143);
	const counted = await samples(file);
	expect(counted['tangles_jobs_worked_total{outcome="done"}']).toBeGreaterThan(0);
	expect(counted['tangles_jobs_worked_total{outcome="failed"}']).toBe(0);
	// All eight of TCN 3 come from the one stencil 1 + 2; four of them are integral, and there from the start.
	expect(counted.tangles_tangles_stored_total).toBeGreaterThanOrEqual(4);
});
