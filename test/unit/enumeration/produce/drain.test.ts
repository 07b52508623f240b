import { expect, test } from "bun:test";
import { Drain } from "../../../../src/enumeration/produce/drain.ts";
import { MemoryCollection, MemoryStencils } from "../../../../src/enumeration/stencils/in-memory.ts";
import { MemoryJobs } from "../../../../src/enumeration/stencils/in-memory-jobs.ts";
import { type QueueCounts, STATE, type Stencil } from "../../../../src/enumeration/stencils/ports.ts";
import { someTangles } from "../../../support/damaged-collection.ts";
import { memoryProducer } from "../../../support/memory-producer.ts";

const BASELINE = { tcn: 3, processed: 10, failed: 0, open: 0 };
const STENCIL: Stencil = {
	...{ id: "1".repeat(24), rootstockTcn: 1, scionTcn: 2, tcn: 3, state: STATE.complete },
	...{ cursor: undefined, progress: { tcn: 3, pushed: 5, total: 5 }, resting: false },
};
const counts = (fields: Partial<QueueCounts> = {}): QueueCounts => ({
	...{ enqueued: 0, scheduled: 0, retries: 0, working: 0, dead: 0, processed: 15, failed: 0 },
	...fields,
});

function scene(acceptIncomplete = false, pollMs = 0) {
	const store = new MemoryStencils(MemoryCollection.fresh(3, []));
	const queue = new MemoryJobs(someTangles()).queue();
	const made = memoryProducer({ store, tangles: someTangles(), queue, settings: { pollMs } });
	const drain = new Drain(made.producer, { acceptIncomplete });
	return { ...made, drain, look: (found: QueueCounts) => drain.look(BASELINE, [STENCIL], found) };
}

test("two looks that find nothing left, with as many finished as were pushed, prove the TCN drained", () => {
	const { drain, look } = scene();
	expect([look(counts()), drain.empty]).toEqual([undefined, true]);
	expect(look(counts())).toMatchObject({ tcn: 3, pushed: 5, finished: 5 });
});

test("a job that is seen between makes the looks begin anew; what is left is reported once for each change", () => {
	const { drain, look, events } = scene();
	look(counts());
	for (const left of [{ working: 1 }, { working: 1 }, { retries: 1 }]) expect(look(counts(left))).toBeUndefined();
	expect(drain.empty).toBe(false);
	expect(look(counts())).toBeUndefined();
	expect(look(counts())).toMatchObject({ tcn: 3 });
	expect(events).toMatchObject([
		{ event: "waiting", for: "empty-queue", working: 1 },
		{ event: "waiting", for: "empty-queue", retries: 1 },
	]);
});

test("dead jobs alone hold a TCN back, which is warned of", () => {
	const { look, log } = scene();
	look(counts({ dead: 2 }));
	expect(JSON.stringify(log)).toContain("2 dead jobs alone hold the TCN back");
});

test("fewer finished than pushed: refused once nothing moved for a whole poll, or accepted with a warning", () => {
	const short = counts({ processed: 13 });
	const slow = scene(false, 60_000);
	expect([slow.look(short), slow.look(short)]).toEqual([undefined, undefined]);
	const refused = scene();
	refused.look(short);
	expect(() => refused.look(short)).toThrow("TCN 3: 5 jobs were pushed, but the server finished only 3 since");
	const accepted = scene(true);
	accepted.look(short);
	expect(accepted.look(short)).toMatchObject({ pushed: 5, finished: 3 });
	expect(JSON.stringify(accepted.log)).toContain("taken for complete all the same");
});
