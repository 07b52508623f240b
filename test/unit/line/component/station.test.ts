import { describe, expect, test } from "bun:test";
import { Fault, type FaultKind } from "../../../../src/base/fault.ts";
import { at, malformedFrom } from "../../../support/batch-reference.ts";
import { batchLock, FAILURE, StationScene, SUCCESS } from "../../../support/station-scene.ts";

/** Resolves when all that is on its way in memory has been carried out: it takes microtasks alone. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that waits at a gate for each batch. */
function gates() {
	const gate = new Map<string, PromiseWithResolvers<void>>();
	const at = (id: string) => {
		const known = gate.get(id) ?? Promise.withResolvers<void>();
		gate.set(id, known);
		return known;
	};
	return {
		open: (...ids: string[]) => {
			for (const id of ids) at(id).resolve();
		},
		wait: (id: string) => at(id).promise,
	};
}

/** Resolves with a batch's id as soon as that event of it is emitted. */
function watcher() {
	const waiting = new Map<string, PromiseWithResolvers<void>>();
	const on = (event: string, batch: string) => {
		const key = `${event} ${batch}`;
		const known = waiting.get(key) ?? Promise.withResolvers<void>();
		waiting.set(key, known);
		return known;
	};
	return {
		seen: (event: object) => {
			if ("event" in event && "batch" in event) on(String(event.event), String(event.batch)).resolve();
		},
		until: (event: string, batch: string) => on(event, batch).promise,
	};
}

describe("procedure 2", () => {
	test("takes what its queue has room for, works on max-threads at a time, records each as it ends, keeps SBOI to the end", async () => {
		const { open, wait } = gates();
		const { seen, until } = watcher();
		let [running, most] = [0, 0];
		const scene = new StationScene({
			component: { queueLength: 4, maxThreads: 2 },
			onEvent: seen,
			work: async ({ batch: { id } }) => {
				running += 1;
				most = Math.max(most, running);
				await wait(id);
				running -= 1;
				return SUCCESS;
			},
		});
		const [one = "", two = "", three = "", four = "", five = ""] = await scene.archived(5);
		const run = scene.run();
		await Promise.all([until("started", one), until("started", two)]);
		expect(scene.ids("taken")).toEqual([one, two, three, four]);
		expect(scene.ids("started")).toEqual([one, two]);
		open(one);
		await until("started", three);
		expect([await scene.recorded(one), await scene.recorded(two)]).toMatchObject([[{ success: true }], []]);
		const locks = scene.lockNodes();
		for (const id of [two, three, four]) expect(locks.some((path) => path.startsWith(batchLock(id)))).toBe(true);
		expect(locks.some((path) => path.startsWith(batchLock(one)))).toBe(false);
		expect(locks.some((path) => path.startsWith("/SBOI/Sample"))).toBe(true);
		open(two, three, four);
		await run;
		expect(most).toBe(2);
		expect(scene.ids("worked")).toContainEqual(four);
		expect(await scene.batch(five)).toMatchObject({ claim: 0 });
		expect(scene.events.at(-1)).toEqual({
			...{ event: "stopped", component: "Sample", succeeded: 4, failed: 0, abandoned: 0, returned: 0, passed_over: 0 },
		});
		expect(scene.lockNodes()).toEqual([]);
	});

	test("with SBOI lost all work is lost", async () => {
		const scene: StationScene = new StationScene({
			work: async ({ lock }) => {
				scene.ensemble.tree.remove(scene.lockNodes().find((path) => path.startsWith("/SBOI")) ?? "");
				await settled();
				lock.lost.throwIfAborted();
				return SUCCESS;
			},
		});
		const [id = ""] = await scene.archived(1);
		await expect(scene.run()).rejects.toMatchObject({ kind: "lost", message: expect.stringContaining("/SBOI/Sample") });
		expect(scene.event("abandoned", id)).toBeDefined();
		expect(await scene.recorded(id)).toEqual([]);
	});
});

describe("procedure 1", () => {
	test("takes one batch, and SBOI is free while it is worked on", async () => {
		const scene: StationScene = new StationScene({
			work: async () => {
				expect(scene.lockNodes().filter((path) => path.startsWith("/SBOI"))).toEqual([]);
				await (await scene.lock("/SBOI/Sample")).release();
				return SUCCESS;
			},
		});
		const [first = "", second = ""] = await scene.archived(2);
		await scene.run(1);
		expect(scene.ids("worked")).toEqual([first]);
		expect(await scene.recorded(first)).toMatchObject([{ success: true, agent: "Sample-1.0", at_version: 1 }]);
		expect((await scene.batch(second)).claim).toBe(0);
		expect(scene.lockNodes()).toEqual([]);
	});
});

test("nothing is ready: the run ends well, and says so", async () => {
	const scene = new StationScene();
	await scene.run();
	expect(scene.events.map(({ event }) => event)).toEqual(["looking", "stopped"]);
});

test("one fails, the others are done: a failed event, and a Fault that names it", async () => {
	const scene = new StationScene({ work: ({ batch: { id } }) => (id === "B2-RT1" ? FAILURE : SUCCESS) });
	await scene.archived(3);
	await expect(scene.run()).rejects.toMatchObject({ kind: "failed", message: "1 of 3 batches failed: B2-RT1" });
	expect(await scene.recorded("B2-RT1")).toMatchObject([{ success: false }]);
	expect(scene.event("worked", "B2-RT1")).toMatchObject({
		...{ outcome: "Failure", failures: 1, reason: "exception: exit code 3", recorded: true },
	});
	expect(scene.events.at(-1)).toMatchObject({ succeeded: 2, failed: 1, abandoned: 0 });
});

test("a failure beside one that is passed over: both are named", async () => {
	const trouble = new Map([["B2-RT1", new Fault("failed", "its lock is odd", { hint: "look at it" })]]);
	const scene = new StationScene({ work: () => FAILURE, trouble });
	await scene.archived(2);
	await expect(scene.run()).rejects.toMatchObject({
		...{ kind: "failed", message: "1 of 1 batches failed: B1-RT1; 1 batch was passed over: B2-RT1" },
	});
	expect(scene.events.at(-1)).toMatchObject({ failed: 1, passed_over: 1 });
});

test("one that is passed over for a graver reason than a failure: the run ends with that", async () => {
	const scene = new StationScene({ work: () => FAILURE });
	await scene.archived(2);
	scene.store.spoil(malformedFrom("B2-RT1", at(1)));
	await expect(scene.run()).rejects.toMatchObject({ kind: "data", message: "1 batch was passed over: B2-RT1" });
	expect(await scene.recorded("B1-RT1")).toMatchObject([{ success: false }]);
});

test("a report that is not preservable: worked on, no event, the batch stays ready", async () => {
	const scene = new StationScene({ work: () => ({ ...SUCCESS, preservable: false }) });
	const [id = ""] = await scene.archived(1);
	await scene.run();
	expect(scene.event("worked", id)).toMatchObject({ recorded: false });
	expect(await scene.recorded(id)).toEqual([]);
	await scene.run();
	expect(scene.ids("worked")).toEqual([id]);
});

test("the batch's lock is lost at work: nothing is recorded, the others are done, and the run ends with that", async () => {
	const scene: StationScene = new StationScene({
		work: async ({ batch: { id }, lock }) => {
			if (id !== "B1-RT1") return SUCCESS;
			scene.ensemble.tree.remove(scene.lockNodes().find((path) => path.startsWith(batchLock(id))) ?? "");
			await settled();
			lock.lost.throwIfAborted();
			return SUCCESS;
		},
	});
	await scene.archived(2);
	await expect(scene.run()).rejects.toMatchObject({ kind: "lost" });
	expect(await scene.recorded("B1-RT1")).toEqual([]);
	expect(await scene.recorded("B2-RT1")).toMatchObject([{ success: true }]);
	expect(scene.events.at(-1)).toMatchObject({ succeeded: 1, abandoned: 1 });
});

test("the session is suspended as the work ends: recorded only once the lock is certain again", async () => {
	const { seen, until } = watcher();
	const scene: StationScene = new StationScene({
		onEvent: seen,
		work: () => {
			scene.session.suspend();
			return SUCCESS;
		},
	});
	const [id = ""] = await scene.archived(1);
	const run = scene.run();
	await until("started", id);
	await settled();
	expect(await scene.recorded(id)).toEqual([]);
	scene.session.resume();
	await run;
	expect(await scene.recorded(id)).toMatchObject([{ success: true }]);
});

test("the user stops the run: what is at work is abandoned, what waits does not start, all locks are given back", async () => {
	const scene: StationScene = new StationScene({
		work: async ({ signal }) => {
			scene.stop.abort(new Fault("terminate", "stopped by SIGTERM"));
			signal.throwIfAborted();
			return SUCCESS;
		},
	});
	await scene.archived(3);
	await expect(scene.run()).rejects.toMatchObject({ kind: "terminate" });
	expect([scene.ids("started"), scene.ids("abandoned")]).toEqual([["B1-RT1"], ["B1-RT1", "B2-RT1", "B3-RT1"]]);
	expect(scene.lockNodes()).toEqual([]);
});

test.each<[FaultKind, readonly FaultKind[]]>([
	["interrupt", ["unreachable", "interrupt", "lost"]],
	["lost", ["unreachable", "lost", "refused"]],
	["refused", ["data", "refused", "failed"]],
	["data", ["unreachable", "data"]],
	["unreachable", ["failed", "unreachable"]],
	["failed", ["failed"]],
])("of several reasons the run ends with the gravest: %s", async (gravest, kinds) => {
	const scene = new StationScene({
		work: ({ batch: { id } }) => {
			throw new Fault(kinds[Number(/\d/.exec(id)?.[0]) - 1] ?? "usage", `work on ${id}`);
		},
	});
	await scene.archived(kinds.length);
	await expect(scene.run()).rejects.toMatchObject({ kind: gravest });
	expect(scene.events.at(-1)).toMatchObject({ abandoned: kinds.length });
});

test("what is no Fault is a bug, and graver than every Fault", async () => {
	const scene = new StationScene({
		work: ({ batch: { id } }) => {
			throw id === "B1-RT1" ? new Fault("interrupt", "stopped") : new TypeError("a bug");
		},
	});
	await scene.archived(2);
	await expect(scene.run()).rejects.toThrow(TypeError);
});

test("the component's lock is lost as it takes batches: the run ends, `stopped` is emitted all the same", async () => {
	const scene: StationScene = new StationScene({
		onEvent: (event) => {
			if (event.event === "taken") scene.session.expire();
		},
	});
	await scene.archived(2);
	await expect(scene.run()).rejects.toMatchObject({ kind: "lost" });
	expect(scene.events.at(-1)).toMatchObject({ event: "stopped", succeeded: 0, abandoned: 0 });
});
