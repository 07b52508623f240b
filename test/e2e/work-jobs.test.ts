import { afterAll, beforeAll, expect, test } from "bun:test";
import { ObjectId } from "mongodb";
import { Enumeration } from "../support/enumeration.ts";
import { firstOf, firstPages, pushJob } from "../support/jobs.ts";
import { OwnServers } from "../support/servers.ts";
import { totalsOf } from "../support/tangle-store.ts";

// Its web page shows all queues, and its counters are one for all.
let servers: OwnServers;
beforeAll(async () => {
	servers = await OwnServers.start(["faktory"]);
});
afterAll(async () => {
	await servers[Symbol.asyncDispose]();
});

async function enumeration(): Promise<Enumeration> {
	const run = await Enumeration.create({ faktory: servers.faktory });
	await run.run("init", "--max-tcn", "3");
	return run;
}

/** `_id` of a stored tangle. */
async function idOf(run: Enumeration, notation: string): Promise<string> {
	return String((await run.tangles.findOne({ notation }))?._id);
}

const jobOf = (run: Enumeration) => firstPages(run, 1, 2);

/** Runs a worker until it has nothing to do; gives its events. */
async function worked(run: Enumeration) {
	const worker = run.start("work", "--json", "--concurrency", "1");
	await worker.line('"waiting"');
	worker.kill("SIGTERM");
	const { out } = await worker.ended();
	return out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
}

test("a job: every tangle stored, then acknowledged; pushed again it stores nothing new", async () => {
	await using run = await enumeration();
	await using eye = await run.eye();
	const before = await eye.counters();
	const jid = await pushJob(eye, await jobOf(run));
	await pushJob(eye, await jobOf(run));
	const events = await worked(run);
	const numbers = { rootstock_tcn: 1, scion_tcn: 2, rootstocks: 2, scions: 2, tangles: 4 };
	expect(events.filter(({ event }) => event === "job-done")).toMatchObject([
		{ jid, ...numbers, stored: 4 },
		{ ...numbers, stored: 0 },
	]);
	expect(await totalsOf(run, 3)).toEqual([3, 8, 4, 4, 8, 0, 0, "31da483dbb0f91b0"]);
	const after = await eye.counters();
	expect(after).toMatchObject({ processed: before.processed + 2, failed: before.failed, working: 0 });
});

test("a page is read for each job: one that was pushed again takes what has come into its page since", async () => {
	await using run = await enumeration();
	await using eye = await run.eye();
	const job = await jobOf(run);
	const late = await run.tangles.findOne({ TCN: 1 }, { sort: { _id: -1 } });
	if (late === null) throw new Error("there is no rootstock");
	await run.tangles.deleteOne({ _id: late._id });
	await using worker = run.start("work", "--json", "--concurrency", "1");
	const first = await pushJob(eye, job);
	expect(JSON.parse(await worker.line(`"${first}"`))).toMatchObject({ event: "job-done", rootstocks: 1, stored: 2 });
	await run.tangles.insertOne(late);
	const again = await pushJob(eye, job);
	expect(JSON.parse(await worker.line(`"${again}"`))).toMatchObject({ event: "job-done", rootstocks: 2, stored: 2 });
});

test("what is stored already stays as it is, and has no second document", async () => {
	await using run = await enumeration();
	await using eye = await run.eye();
	const _id = new ObjectId();
	await run.tangles.insertOne({ _id, notation: "i[2 1]", TCN: 3, is_good: true, positivity: "neutral", note: "ours" });
	await pushJob(eye, await jobOf(run));
	await worked(run);
	expect(await run.tangles.find({ notation: "i[2 1]" }).toArray()).toMatchObject([{ _id, note: "ours" }]);
	expect(await totalsOf(run, 3)).toMatchObject({ 1: 8 });
});

test("a job that cannot be done is handed back with what is wrong, for the web page; the worker goes on", async () => {
	await using run = await enumeration();
	await using eye = await run.eye();
	const [rootstock, , scion] = await jobOf(run);
	const gone = await idOf(run, "i[9]");
	await run.tangles.deleteOne({ notation: "i[9]" });
	const other = await idOf(run, "i[4]");
	const collection = `${run.queue}.arborescent_tangles`;
	/** A job whose rootstock is that tangle, after a change of its document; and how it is named. */
	const changed = async (notation: string, TCN: number, change: object) => {
		const id = await idOf(run, notation);
		await run.tangles.updateOne({ notation }, { $set: change });
		return { args: [id, TCN, scion, 2, 1], document: `${collection}: document _id ${id}: ` };
	};
	const text = await changed("i[11]", 11, { notation: "i([2][2]" });
	const number = await changed("i[12]", 12, { notation: 5 });
	const ungood = await changed("i[13]", 13, { is_good: false });
	const unsigned = await changed("i[14]", 14, { positivity: "both" });
	const negative = await changed("i[15]", 15, { positivity: "negative" });
	const bad: [string, readonly unknown[], object?][] = [
		['jobtype "montesinos_job" is not known here', [1], { jobtype: "montesinos_job" }],
		[`the arguments are ["${scion}",1]; expected five`, [scion, 1]],
		[`the first argument, a rootstock's _id, is "i[2]"; expected 24 hexa`, ["i[2]", 1, scion, 2, 500]],
		[`the fourth argument, the scions' TCN, is "2"; expected whole numbers`, [rootstock, 1, scion, "2", 500]],
		["the fifth argument, page_size, is 0; expected whole numbers from 1", [rootstock, 1, scion, 2, 0]],
		["the fifth argument, page_size, is 1000000000; expected whole numbers", [rootstock, 1, scion, 2, 1e9]],
		[`${collection}: document _id ${gone}, which began a page of TCN 9, no longer exists`, [gone, 9, scion, 2, 500]],
		[`${collection}: document _id ${other}, which began a page of TCN 1, has TCN 4`, [other, 1, scion, 2, 500]],
		[`${text.document}notation "i([2][2]", character 9`, text.args],
		[`${number.document}notation is not a text (found 5)`, number.args],
		[`${ungood.document}tangle i[13]: is_good is false, by its notation true`, ungood.args],
		[`${unsigned.document}positivity is none of neutral, positive, negative (found "both")`, unsigned.args],
		[`${negative.document}tangle i[15]: positivity is negative, by its notation neutral`, negative.args],
	];
	const before = await eye.counters();
	const jids: string[] = [];
	for (const [, args, fields] of bad) jids.push(await pushJob(eye, args, fields));
	const good = await pushJob(eye, [rootstock, 1, scion, 2, 500]);

	const events = await worked(run);
	const failed = events.filter(({ event }) => event === "job-failed");
	expect(failed.map(({ jid }) => jid)).toEqual(jids);
	for (const [at, { message, ...event }] of failed.entries()) {
		expect(event).toMatchObject({ errtype: "BadData", handed_back: false });
		expect(message).toStartWith(bad[at]?.[0] ?? "");
	}
	expect(events.find(({ event }) => event === "job-done")).toMatchObject({ jid: good, stored: 4 });
	const after = { failed: before.failed + bad.length, processed: before.processed + bad.length + 1, working: 0 };
	expect(await eye.counters()).toMatchObject(after);
	const webPort = Number(servers.faktory.split(":").at(-1)) + 1;
	const page = await (await fetch(`http://127.0.0.1:${webPort}/retries`)).text();
	const shown = page.replaceAll("&#34;", '"').replaceAll("&#39;", "'");
	for (const [message] of bad) expect(shown).toContain(message);
	// The integral ones but one, and what the good job gives: no graft of what the pages might have gone on with.
	expect(await run.tangles.countDocuments()).toBe(116 - 1 + 4);
});

test("a page of a TCN with nothing good: done, with nothing to graft, and a warning", async () => {
	await using run = await enumeration();
	await using eye = await run.eye();
	await pushJob(eye, [await firstOf(run, 2), 2, await firstOf(run, 1), 1, 500]);
	const worker = run.start("work", "--json");
	expect(JSON.parse(await worker.line('"job-done"'))).toMatchObject({
		rootstocks: 4,
		scions: 0,
		tangles: 0,
		stored: 0,
	});
	await worker.talk("nothing to graft: no good tangle of TCN 1");
	worker.kill("SIGINT");
	expect(await worker.ended()).toMatchObject({ code: 130 });
});

test("a page larger than what is there takes what is there", async () => {
	await using run = await enumeration();
	await using eye = await run.eye();
	const args = await jobOf(run);
	await pushJob(eye, [...args.slice(0, 4), 100_000]);
	expect((await worked(run)).find(({ event }) => event === "job-done")).toMatchObject({ rootstocks: 2, scions: 2 });
});

test("without the unique index on notation, or with another one: exit 65 that says so, and no job is fetched", async () => {
	await using run = await enumeration();
	await using eye = await run.eye();
	await pushJob(eye, await jobOf(run));
	const refused = async (what: string) =>
		expect(await run.run("work")).toMatchObject({ code: 65, err: expect.stringContaining(what) });
	await run.tangles.createIndex({ TCN: 1, notation: 1 }, { unique: true });
	await refused("there is a unique index on TCN, notation");
	await run.tangles.dropIndex("TCN_1_notation_1");
	await run.tangles.dropIndex("notation_1");
	await refused("there is no unique index on notation");
	expect(await eye.size()).toBe(1);
});

test("the server's web page asks it to end: it does, with 0, or 1 where a job has failed", async () => {
	const ended = async (args: readonly unknown[] | undefined, code: number) => {
		await using run = await enumeration();
		await using eye = await run.eye();
		await pushJob(eye, args ?? (await jobOf(run)));
		const worker = run.start("work", "--json");
		const { worker: wid } = JSON.parse(await worker.line('"started"'));
		await worker.line('"waiting"');
		// What the page's button does.
		await eye.send("BEAT", JSON.stringify({ wid, current_state: "terminate" }));
		await worker.line('"stopping"');
		expect(await worker.ended()).toMatchObject({ code });
	};
	await Promise.all([ended([], 1), ended(undefined, 0)]);
});
