import { describe, expect, test } from "bun:test";
import { claimed, givenBack, recorded } from "../../../../src/line/batches/claim.ts";
import { RunLimit, RunOver, runOverFault } from "../../../../src/line/component/run-limit.ts";
import { batchFrom, eventFrom } from "../../../support/batch-reference.ts";
import { StationScene, SUCCESS } from "../../../support/station-scene.ts";

/** A clock that stands still unless it is set. */
function stoppedClock() {
	const clock = { ms: 5000, now: () => clock.ms };
	return clock;
}

describe("how long one batch's work may take", () => {
	const rows = [
		["no limit of the run", undefined, 0, "with the run", { ms: 1000, said: "1 s", outcome: "fail" }],
		["less than is left", 3500, 2500, "behind another", { ms: 1000, said: "1 s", outcome: "fail" }],
		["more than is left, behind another", 3500, 3000, "behind another", { ms: 500, outcome: "give back" }],
		["more than the run has", 800, 0, "with the run", { ms: 800, outcome: "fail" }],
		["more than is left after a long wait for locks", 1200, 700, "with the run", { ms: 500, outcome: "give back" }],
		["nothing is left", 1000, 9000, "behind another", { ms: 0, said: "the run's 1 s (max-run)", outcome: "give back" }],
	] as const;
	for (const [name, limitMs, passed, begins, expected] of rows) {
		test(name, () => {
			const clock = stoppedClock();
			const limit = new RunLimit(limitMs, clock.now);
			clock.ms += passed;
			expect(limit.limitFor(1000, begins)).toMatchObject(expected);
		});
	}
});

describe("a run of ten batches of 1 s that may take 3.5 s", () => {
	/** Each work takes 1 s of a clock that only it moves; one that the limit ends throws as the child's worker does. */
	function sceneOf(maxThreads: number, workMs = 1000) {
		const clock = stoppedClock();
		const limit = new RunLimit(3500, clock.now);
		const scene = new StationScene({
			component: { queueLength: 10, maxThreads, maxRuntimeMs: 60_000 },
			limit,
			work: ({ batch, limit: own }) => {
				clock.ms += Math.min(workMs, own.ms);
				if (own.ms < workMs && own.outcome === "give back") throw new RunOver(batch.id, "as it ran", own.said);
				return own.ms < workMs ? { ...SUCCESS, outcome: "Failure" } : SUCCESS;
			},
		});
		return scene;
	}

	test("three are recorded; the one that runs is stopped, all others are not begun, and seven are ready as before", async () => {
		const scene = sceneOf(1);
		const ids = await scene.archived(10);
		const before = await Promise.all(ids.map((id) => scene.batch(id)));
		await expect(scene.run()).rejects.toMatchObject({
			kind: "failed",
			message:
				"B4-RT1 stopped and not recorded: the run's 3.5 s (max-run) were up; 6 more not begun; all are still ready",
		});
		expect(scene.ids("worked")).toEqual(ids.slice(0, 3));
		expect(scene.ids("returned")).toEqual(ids.slice(3));
		expect(scene.events.at(-1)).toMatchObject({ succeeded: 3, abandoned: 0, returned: 7 });
		for (const [at, id] of ids.entries()) {
			if (at < 3) continue;
			const { events, takers, claim, succeeded, seen } = await scene.batch(id);
			expect({ events, takers, succeeded, seen }).toEqual({
				...{ events: before[at]?.events, takers: [], succeeded: before[at]?.succeeded, seen: before[at]?.seen },
			} as never);
			// The number of a claim is never given out twice.
			expect(claim).toBe(1);
		}
		expect((await scene.plan()).plan.batches.filter(({ would }) => would === "take").length).toBe(7);
		expect(scene.lockNodes()).toEqual([]);
	});

	test("work that had all of the run's time and ran on has failed, and does not come back for ever", async () => {
		const scene = sceneOf(1, 60_000);
		const [first = "", second = ""] = await scene.archived(2);
		await expect(scene.run()).rejects.toMatchObject({ kind: "failed", message: "1 of 1 batches failed: B1-RT1" });
		expect(await scene.recorded(first)).toMatchObject([{ success: false }]);
		expect(scene.event("returned", second)).toMatchObject({ begun: false });
	});

	test("a result under a claim that was given back is not stored; one that was taken anew is not given back", () => {
		const [first, event] = [{ component: "Sample", claim: 1 }, eventFrom("Sampled+5")];
		const taken = claimed(batchFrom("B1-RT1", { events: ["Archived+1"] }), "Sample");
		expect(() => recorded(givenBack(taken, first), first, event)).toThrow("another has taken the batch");
		const anew = claimed(givenBack(taken, first), "Sample");
		expect(anew).toMatchObject({ claim: 2, takers: [{ component: "Sample", claim: 2 }] });
		expect(givenBack(anew, first)).toBe(anew);
		const others = claimed(taken, "Other");
		expect(givenBack(others, first).takers).toEqual([{ component: "Other", claim: 2 }]);
	});

	test("taking the batches takes all the time: none is begun, and the run says so instead of ending well for ever", async () => {
		const clock = stoppedClock();
		const limit = new RunLimit(3500, clock.now);
		const scene = new StationScene({
			limit,
			component: { queueLength: 10 },
			onEvent: ({ event }) => {
				if (event === "taken") clock.ms += 400;
			},
		});
		const ids = await scene.archived(10);
		await expect(scene.run()).rejects.toMatchObject({
			kind: "failed",
			message: "9 batches taken and none begun: the run's 3.5 s (max-run) were up; all are still ready",
			hint: expect.stringContaining("queue-length") as string,
		});
		expect(scene.ids("returned")).toEqual(ids.slice(0, 9));
		expect((await scene.plan()).plan.batches.filter(({ would }) => would === "take").length).toBe(10);
	});

	test("no batch is taken once the time is up", async () => {
		const clock = stoppedClock();
		const limit = new RunLimit(10, clock.now);
		const scene = new StationScene({ limit });
		const [id = ""] = await scene.archived(1);
		clock.ms += 11;
		await scene.run();
		expect(scene.events.map(({ event }) => event)).toEqual(["looking", "stopped"]);
		expect(await scene.batch(id)).toMatchObject({ claim: 0, version: 0 });
	});
});

test("work that was not begun is no failure, work that was stopped is", () => {
	const over = (id: string, when: "as it ran" | "before it was begun") =>
		new RunOver(id, when, "the run's 1 s (max-run)");
	expect(runOverFault([], 0)).toBeUndefined();
	expect(runOverFault([over("B1-RT1", "before it was begun")], 1)).toBeUndefined();
	expect(runOverFault([over("B1-RT1", "as it ran"), over("B2-RT1", "as it ran")], 0)).toMatchObject({
		...{ kind: "failed", message: expect.stringContaining("B1-RT1, B2-RT1 stopped and not recorded") as string },
		hint: expect.stringContaining("max-run") as string,
	});
});
