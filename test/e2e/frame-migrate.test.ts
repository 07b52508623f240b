import { expect, test } from "bun:test";
import { join } from "node:path";
import { Curator } from "../support/curator.ts";
import { python } from "../support/python.ts";
import { QueueEye } from "../support/queue.ts";
import { blocksOf, commandsIn } from "../support/readme.ts";
import { Reader } from "../support/readme-host.ts";
import type { Ended } from "../support/tangles.ts";
import { polled } from "../support/until.ts";

const PAGE = await Bun.file(join(import.meta.dir, "../../docs/migrate.md")).text();
const [ENUMERATION = "", COMPONENTS = ""] = PAGE.split(/^## /m).slice(1);
const QUEUE = "arborescent";
const BATCH = "B400022028241-RT1";

/** The commands of each step of a chapter, as they stand. */
const stepsOf = (chapter: string): string[][] => blocksOf(chapter).map(({ text }) => commandsIn(text));

/** Runs commands one after the other, each to its end; gives what each gave, by its line. */
async function type(reader: Reader, lines: readonly string[]): Promise<Map<string, Ended>> {
	const ended = new Map<string, Ended>();
	for (const line of lines) {
		const result = await reader.run(line);
		expect({ line, ...result }).toMatchObject({ line, code: 0 });
		ended.set(line, result);
	}
	return ended;
}

test("the enumeration: from the runner to tangles and back, with jobs of both in the queue", async () => {
	await using reader = await Reader.create();
	const [look = [], workers = [], producer = [], back = []] = stepsOf(ENUMERATION);
	// What a runner has that was killed: a stencil that is started, of whose jobs one is in work, and one in the queue.
	await reader.run("tangles init --max-tcn 4");
	const stencils = reader.db.collection("arborescent_stencils");
	const tangles = reader.db.collection("arborescent_tangles");
	for (const collection of [stencils, tangles]) await collection.dropIndexes();
	await stencils.updateOne({ TCN: 3 }, { $set: { state: 1 } });
	await stencils.updateOne({ _id: "config" as never }, { $set: { current_completed_tcn: 2 } });
	const of = async (TCN: number, more = {}) =>
		String(
			(
				await tangles
					.find({ TCN, ...more })
					.sort({ _id: 1 })
					.toArray()
			)[0]?._id,
		);
	const job = [await of(1), 1, await of(2, { is_good: true }), 2, 500];
	const push = async (count: number) => {
		const pushed = await python("producer.py", reader.faktory, QUEUE, JSON.stringify(Array(count).fill(job)));
		expect(await pushed.ended()).toMatchObject({ code: 0 });
	};
	await push(2);
	await using eye = await QueueEye.open(reader.faktory, QUEUE);
	const inWork = await eye.take(1);

	const looked = await type(reader, look);
	expect(looked.get("tangles doctor")?.out).not.toMatch(/^fail/m);
	expect(looked.get("tangles status")?.out).toContain("TCN 2 of 4 complete");
	expect((await stencils.findOne({ TCN: 3 }))?.state).toBe(1);

	expect(workers).toEqual(["tangles work", "tangles jobs"]);
	await using worker = reader.start("exec tangles work --json");
	await worker.line('"job-done"');
	await worker.line('"waiting"');
	const counted = await type(reader, ["tangles jobs"]);
	expect(counted.get("tangles jobs")?.out).toMatch(/enqueued +0 .*\nworking +1\nscheduled +0\nretries +0\ndead +0\n/);

	// The Python worker ends its job while tangles waits for the end of the TCN.
	const [recover = "", ...rest] = producer;
	await type(reader, [recover]);
	const until = reader.start(rest[0] ?? "");
	await until.talk("working=1");
	await eye.acknowledge(inWork);
	expect(await until.ended()).toMatchObject({ code: 0 });
	const moved = await type(reader, rest.slice(1));
	expect(moved.get("tangles verify --tcn 3")?.out).toStartWith("TCN 3 is complete");

	const [once = "", ...checks] = back;
	await type(reader, [once]);
	await polled("no job left", async () => {
		const { working } = await eye.counters();
		return (await eye.size()) + working === 0 ? true : undefined;
	});
	const left = await type(reader, checks);
	expect(left.get("tangles jobs")?.out).toMatch(/enqueued +0 .*\nworking +0\nscheduled +0\nretries +0\ndead +0\n/);
	expect(left.get("tangles status")?.out).not.toContain("in work");
	expect(await stencils.countDocuments({ TCN: { $lte: 4 }, state: { $ne: 3 }, _id: { $ne: "config" as never } })).toBe(
		0,
	);
	// The runner and its worker again, ours beside it.
	await using theirs = await python("consumer.py", reader.faktory, QUEUE);
	await theirs.line("ready");
	await push(20);
	await theirs.line("[");
	worker.kill("SIGTERM");
	expect(await worker.ended()).toMatchObject({ code: 143 });
	await push(1);
	await theirs.line("[");
});

test("components: from Curator to tangles and back, in both of its layouts, with a batch in work each time", async () => {
	for (const layout of ["flat", "v2"] as const) {
		await using reader = await Reader.create();
		const [look = [], both = [], alone = [], back = []] = stepsOf(COMPONENTS);
		// Makes the chroot, which a site of Java components has.
		await type(reader, ["tangles locks exec /x -- true"]);
		await using java = await Curator.start(layout, reader.zookeeper);
		const locks = ["/SBOI/Sample", `/Sample/${BATCH}`];
		for (const path of locks) expect(await java.acquire(path, 5000)).toBe(true);

		const looked = await type(reader, look);
		expect(looked.get("tangles locks ls")?.out).toContain(`curator ${layout}`);
		expect(looked.get("tangles component Sample --dry-run -- check-batch")?.out).toContain("skip");
		const [skipped] = (await type(reader, both)).values();
		expect(skipped).toMatchObject({ out: "", err: "" });
		for (const path of locks) await java.release(path);

		// The run of tangles is under way when the Java component comes back.
		await reader.program("check-batch", "echo working; read end < go");
		await reader.run("mkfifo go");
		const [run = "", show = ""] = alone;
		await using ours = reader.start(run);
		await ours.talk("working");
		for (const path of locks) expect(await java.acquire(path, 300)).toBe(false);
		await reader.run("echo > go");
		expect(await ours.ended()).toMatchObject({ code: 0, out: `Worked on ${BATCH} successfully\n` });
		expect((await type(reader, [show])).get(show)?.out).toContain("Batch_Sampled");
		const after = await type(reader, back);
		expect(after.get("tangles locks ls")?.out).not.toContain("tangles");
		expect(after.get("tangles locks prune --dry-run")?.out).toBe("");
		for (const path of locks) expect(await java.acquire(path, 5000)).toBe(true);
	}
});
