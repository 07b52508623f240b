import { expect, test } from "bun:test";
import { PageCatalog } from "../../../../src/enumeration/stencils/catalog.ts";
import { CompleteTcns, DrainedTcn } from "../../../../src/enumeration/stencils/complete.ts";
import { MemoryTangles } from "../../../../src/enumeration/stencils/in-memory-jobs.ts";
import { type QueueCounts, STATE, type Stencil } from "../../../../src/enumeration/stencils/ports.ts";
import { Random } from "../../../support/random.ts";

const stencil = (rootstockTcn: number, scionTcn: number, fields: Partial<Stencil> = {}): Stencil => ({
	...{ id: `${rootstockTcn}+${scionTcn}`, rootstockTcn, scionTcn, tcn: rootstockTcn + scionTcn },
	...{ state: STATE.complete, cursor: undefined, progress: undefined, resting: false },
	...fields,
});

const counts = (fields: Partial<QueueCounts> = {}): QueueCounts => ({
	...{ enqueued: 0, scheduled: 0, retries: 0, working: 0, dead: 0, processed: 0, failed: 0 },
	...fields,
});

const baseline = { tcn: 7, processed: 100, failed: 10, open: 2 };
const pushed = stencil(3, 4, { progress: { tcn: 7, pushed: 5, total: 5 } });

test.each([
	["all complete", { completedTcn: 7, baseline: undefined }, [stencil(3, 4)], 7],
	["open above n", { completedTcn: 6, baseline: undefined }, [stencil(3, 4, { state: STATE.new })], 6],
	["open at n", { completedTcn: 7, baseline: undefined }, [stencil(3, 4, { state: STATE.started })], 6],
	["open far below n", { completedTcn: 9, baseline: undefined }, [stencil(1, 3, { state: STATE.noHeadroom })], 3],
	["counters of n are still there", { completedTcn: 7, baseline }, [stencil(3, 4)], 6],
	["counters of the TCN in work", { completedTcn: 6, baseline }, [stencil(2, 4)], 6],
	["counters that an earlier version left", { completedTcn: 7, baseline: { ...baseline, open: undefined } }, [], 7],
	["no rootstocks: never pushed", { completedTcn: 7, baseline: undefined }, [stencil(0, 7, { state: STATE.new })], 7],
])("complete TCNs, %s", (_, standing, stencils, upTo) => {
	expect(CompleteTcns.of(standing, stencils).upTo).toBe(upTo);
});

test("no page of a TCN that is not complete is to be had, nor one found before it was opened again", async () => {
	const random = new Random(1);
	const tangles = new MemoryTangles(() => random.id());
	tangles.store([{ notation: "i[7]", TCN: 7, is_good: true, positivity: "neutral" }]);
	const catalog = new PageCatalog(tangles, 10);
	expect(catalog.rootstocks(1)).rejects.toThrow("TCN 1 was to be paged, but only those up to 0 are complete");
	const complete = { completedTcn: 7, baseline: undefined };
	catalog.admit(CompleteTcns.of(complete, []));
	expect((await catalog.rootstocks(7)).length).toBe(1);
	expect(catalog.scions(8)).rejects.toThrow("TCN 8 was to be paged, but only those up to 7 are complete");
	catalog.admit(CompleteTcns.of(complete, [stencil(3, 4, { state: STATE.new })]));
	expect(catalog.rootstocks(7)).rejects.toThrow("only those up to 6 are complete");
	catalog.admit(CompleteTcns.of(complete, []));
	const twelve = Array.from({ length: 12 }, (_, n) => ({ notation: `${n}`, TCN: 7, is_good: true }));
	tangles.store(twelve.map((tangle) => ({ ...tangle, positivity: "neutral" as const })));
	expect((await catalog.rootstocks(7)).length).toBe(2);
});

test("a drained TCN: all pushed, nothing left at either look, and as many finished as were pushed or had been there", () => {
	const done = counts({ processed: 110, failed: 13 });
	const evidence = { baseline, stencils: [pushed], first: done, second: done };
	expect(DrainedTcn.prove(evidence, { unfinished: "refuse" })).toMatchObject({ tcn: 7, pushed: 7, finished: 7 });
	const short = { ...evidence, second: counts({ processed: 109, failed: 13 }) };
	expect(() => DrainedTcn.prove(short, { unfinished: "refuse" })).toThrow(
		"TCN 7: 7 jobs were pushed, but the server finished only 6 since",
	);
	expect(DrainedTcn.prove(short, { unfinished: "accept" })).toMatchObject({ pushed: 7, finished: 6 });
	for (const look of ["first", "second"]) {
		const busy = { ...evidence, [look]: { ...done, retries: 1 } };
		expect(() => DrainedTcn.prove(busy, { unfinished: "accept" })).toThrow("TCN 7 still has jobs on the server");
	}
	const open = { ...evidence, stencils: [pushed, stencil(2, 4, { state: STATE.new })] };
	expect(() => DrainedTcn.prove(open, { unfinished: "accept" })).toThrow("TCN 7 is not pushed completely");
});
