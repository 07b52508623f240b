import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { OwnServers } from "../support/servers.ts";

// The sets of a Faktory server are one for all its queues, so each test here has its server to itself.
let servers: OwnServers;
beforeAll(async () => {
	servers = await OwnServers.start(["faktory"]);
});
afterAll(async () => {
	await servers[Symbol.asyncDispose]();
});

async function enumeration(completed: number, max: number, producer?: string) {
	const run = await Enumeration.create({
		faktory: servers.faktory,
		pageSize: 1,
		...(producer === undefined ? {} : { producer }),
	});
	await using eye = await run.eye();
	await eye.send("FLUSH");
	await run.prepare(completed, max, [3, 4], [4, 4]);
	for (const tcn of [3, 4]) await run.addTangles(tcn, 2, true);
	return run;
}

describe("when a TCN counts as complete", () => {
	test("not while a job is in the queue, reserved, waiting for a retry or dead; then it does, up to max_tcn", async () => {
		await using run = await enumeration(6, 8);
		await using eye = await run.eye();
		const producer = run.start("produce", "--json");
		await producer.line('"stencil-complete"');
		await producer.line('"enqueued":4');
		const [failing, ...jobs] = await eye.take();
		await producer.line('"working":4');
		expect(jobs.length).toBe(3);
		await eye.acknowledge(jobs);
		await producer.line('"working":1');
		expect((await run.config())?.current_completed_tcn).toBe(6);
		await eye.send("FAIL", JSON.stringify({ jid: failing?.jid, errtype: "X", message: "no" }));
		await producer.line('"retries":1');
		const kill = { cmd: "kill", target: "retries", filter: { jids: [failing?.jid] } };
		await eye.send("MUTATE", JSON.stringify(kill));
		await producer.line('"dead":1');
		expect((await run.config())?.current_completed_tcn).toBe(6);
		await eye.send("MUTATE", JSON.stringify({ cmd: "requeue", target: "dead", filter: { jids: [failing?.jid] } }));
		await producer.line('"enqueued":1,"scheduled":0,"retries":0,"working":0,"dead":0');
		await eye.acknowledge(await eye.take());
		await producer.line('"tcn-complete","tcn":7,"pushed":4,"finished":4');
		await producer.line('"enqueued":4,"scheduled":0,"retries":0,"working":0');
		await eye.acknowledge(await eye.take());
		const { code, err } = await producer.ended();
		expect(code).toBe(0);
		expect(err).toContain("1 dead jobs alone hold the TCN back");
		expect(await run.config()).toMatchObject({ current_completed_tcn: 8, max_tcn: 8 });
	});

	test("a queue that was flushed does not: exit 65 with both numbers; --accept-incomplete goes on", async () => {
		await using run = await enumeration(6, 7);
		await using eye = await run.eye();
		const producer = run.start("produce", "--json");
		await producer.line('"stencil-complete"');
		await eye.acknowledge(await eye.take(1));
		await producer.line('"enqueued":3');
		await eye.send("FLUSH");
		const { code, err } = await producer.ended();
		expect(code).toBe(65);
		expect(err).toContain("TCN 7: 4 jobs were pushed, but the server finished only 0 since");
		expect(err).toContain("recover --restart-tcn 7");
		expect(await run.config()).toMatchObject({ current_completed_tcn: 6 });
		expect(await run.run("produce")).toMatchObject({ code: 65 });
		const accepted = await run.run("produce", "--accept-incomplete");
		expect(accepted).toMatchObject({ code: 0 });
		expect(accepted.err).toContain("taken for complete all the same");
		expect(await run.config()).toMatchObject({ current_completed_tcn: 7 });
	});

	test("max_tcn reached: at once, and nothing is changed", async () => {
		await using run = await enumeration(9, 8);
		await run.stencils.updateMany({ TCN: { $gt: 0 } }, { $set: { state: 3 } });
		const before = await run.stencils.find().toArray();
		const { code, err } = await run.run("produce");
		expect(code).toBe(0);
		expect(err).toContain("0 jobs pushed, TCN 9 of 8 complete: max_tcn is complete");
		expect(await run.run("produce", "-q")).toEqual({ code: 0, out: "", err: "" });
		expect(await run.stencils.find().toArray()).toEqual(before);
	});

	test("--until-tcn stops there; a stencil that was left open below is pushed first", async () => {
		await using run = await enumeration(7, 20);
		await using eye = await run.eye();
		const producer = run.start("produce", "--until-tcn", "8", "--json");
		await producer.line('"tcn-reopened","tcn":7');
		await producer.line('"enqueued":4');
		const jobs = await eye.take();
		expect(jobs.map(({ args }) => args[3] + args[1])).toEqual([7, 7, 7, 7]);
		// Nothing of TCN 8 is pushed before these are finished.
		await producer.line('"working":4');
		await eye.acknowledge(jobs);
		await producer.line('"tcn-complete","tcn":7');
		await producer.line('"enqueued":4');
		await eye.acknowledge(await eye.take());
		const { code, out } = await producer.ended();
		expect(code).toBe(0);
		expect(out).toContain('"reason":"until_tcn","completed_tcn":8');
	});
});

describe("headroom", () => {
	test("the queue never holds more than headroom + window x chunk; the stencil says that it rests; all pairs arrive", async () => {
		await using run = await enumeration(6, 7, "headroom: 1000, window: 2, chunk: 100");
		await run.addTangles(3, 60, true, 2);
		await run.addTangles(4, 60, true, 2);
		await using eye = await run.eye();
		const producer = run.start("produce", "--once", "--json");
		await producer.line('"for":"headroom"');
		const [stencil] = await run.stencils.find({ TCN: 7 }).toArray();
		// A stored state 2 would be left out by the existing producer, for ever.
		expect(stencil).toMatchObject({ state: 1, resting: true });
		let largest = 0;
		const seen = new Set<string>();
		let done = false;
		const ended = producer.ended().finally(() => {
			done = true;
		});
		while (!done || (await eye.size()) > 0) {
			largest = Math.max(largest, await eye.size());
			const jobs = await eye.take(150);
			for (const { args } of jobs) seen.add(`${args[0]} ${args[2]}`);
			await eye.acknowledge(jobs);
			// The producer looks at the queue from time to time: no event says that there are more.
			if (jobs.length === 0) await Bun.sleep(10);
		}
		expect(await ended).toMatchObject({ code: 0 });
		expect(largest).toBeGreaterThanOrEqual(1000);
		expect(largest).toBeLessThanOrEqual(1000 + 200);
		expect(seen.size).toBe(62 * 62);
		const complete = await run.stencils.findOne({ TCN: 7 });
		expect(complete?.state).toBe(3);
		expect(complete).not.toHaveProperty("resting");
	});
});
