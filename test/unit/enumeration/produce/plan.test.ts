import { expect, test } from "bun:test";
import fc from "fast-check";
import { produce } from "../../../../src/enumeration/produce/machine.ts";
import { plan } from "../../../../src/enumeration/produce/plan.ts";
import { MemoryCollection, MemoryStencils } from "../../../../src/enumeration/stencils/in-memory.ts";
import { MemoryJobs } from "../../../../src/enumeration/stencils/in-memory-jobs.ts";
import { STATE } from "../../../../src/enumeration/stencils/ports.ts";
import { stencilIdOf, stencilsUpTo } from "../../../../src/enumeration/stencils/stencils.ts";
import { someTangles } from "../../../support/damaged-collection.ts";
import { memoryProducer } from "../../../support/memory-producer.ts";

const MAX_TCN = 6;
/** A stencil of a TCN whose sides both have tangles: TCN 4 has none. */
const PAIRS = stencilsUpTo(MAX_TCN);
const tangles = someTangles();
const SIZE = 2;

/** States of the stencils by place, how far each that is started was pushed, and current_completed_tcn. */
const enumerations = fc.record({
	completedTcn: fc.integer({ min: 1, max: MAX_TCN }),
	states: fc.array(fc.constantFrom(STATE.new, STATE.started, STATE.complete), {
		minLength: PAIRS.length,
		maxLength: PAIRS.length,
	}),
	pushed: fc.nat(8),
});

test("what the plan says is what a run with --once pushes: those stencils, in that order, with so many jobs", async () => {
	let planned = 0;
	await fc.assert(
		fc.asyncProperty(enumerations, async ({ completedTcn, states, pushed }) => {
			const collection = MemoryCollection.fresh(MAX_TCN, PAIRS);
			collection.configure({ completedTcn });
			for (const [at, pair] of PAIRS.entries()) {
				// What is complete below n is as a rule.
				const state = pair.rootstockTcn + pair.scionTcn <= completedTcn && pushed > 0 ? STATE.complete : states[at];
				if (state !== undefined) collection.change(stencilIdOf(pair), { state });
				const [rootstocks, scions] = [
					await tangles.find(pair.rootstockTcn, false, SIZE),
					await tangles.find(pair.scionTcn, true, SIZE),
				];
				const total = rootstocks.length * scions.length;
				if (state !== STATE.started || total === 0) continue;
				const pairNumber = pushed % total;
				const scion = pairNumber % scions.length;
				const rootstock = rootstocks.at((pairNumber - scion) / scions.length);
				const cursor = { rootstock, scion: scions.at(scion), pair: pairNumber };
				collection.change(stencilIdOf(pair), { cursor });
			}
			const store = new MemoryStencils(collection);
			const jobs = new MemoryJobs(tangles);
			const { producer, events } = memoryProducer({ store, tangles, queue: jobs.queue() });
			const plans = await plan(producer, undefined, () => {});
			if (plans.some(({ jobs: left, pushed_before }) => left + pushed_before === 0)) return;
			planned += plans.length;
			await produce(producer, { once: true, untilTcn: undefined, acceptIncomplete: false });
			const done = events.flatMap((event) =>
				event.event === "stencil-complete" ? [{ stencil: event.stencil, jobs: event.jobs }] : [],
			);
			const expected = plans.map(({ stencil, jobs: left }) => ({ stencil, jobs: left }));
			expect(done.slice(0, expected.length)).toEqual(expected);
			expect(jobs.enqueued.length).toBe(expected.reduce((sum, { jobs: left }) => sum + left, 0));
		}),
		{ numRuns: Number(process.env.SEQUENCES ?? 300) },
	);
	expect(planned).toBeGreaterThan(100);
}, 60_000);
