import { expect, test } from "bun:test";
import { Fault, isFault } from "../../../../src/base/fault.ts";
import { sharedNow } from "../../../../src/base/shared-clock.ts";
import { graftJobOf } from "../../../../src/enumeration/work/arguments.ts";
import { failureOf } from "../../../../src/enumeration/work/failure.ts";
import { ID, reserved, WorkerScene } from "../../../support/worker-scene.ts";

const stopped = new Fault("terminate", "stopped by SIGTERM; everything is left resumable");
const rejection = async (run: Promise<unknown>) =>
	await run.then(
		() => undefined,
		(error: unknown) => error,
	);

test("a job is acknowledged after its last tangle is stored, and the next one is fetched", async () => {
	const scene = new WorkerScene();
	scene.jobs.push(reserved("one"), reserved("two"));
	const run = rejection(scene.run());
	await scene.event("waiting");
	scene.stop.abort(stopped);
	expect(await run).toBe(stopped);
	expect(scene.notes.join(" ")).toMatch(/^(stored )+acknowledged one (stored )+acknowledged two$/);
	expect(scene.of("job-done").map(({ jid }) => jid)).toEqual(["one", "two"]);
	expect(scene.of("stopped")).toMatchObject([{ done: 2, failed: 0, handed_back: 0, unacknowledged: 0 }]);
});

test("a write that fails at any place: the job is handed back, never acknowledged", async () => {
	for (let failing = 1; failing <= 3; failing += 1) {
		const scene = new WorkerScene();
		let writes = 0;
		scene.before = async (what) => {
			if (what !== "store") return;
			writes += 1;
			if (writes === failing) throw new Error("no space left");
		};
		scene.jobs.push(reserved("one"));
		const run = rejection(scene.run());
		await scene.event("waiting");
		scene.stop.abort(stopped);
		await run;
		expect(scene.notes.filter((note) => note !== "stored")).toEqual(["failed one"]);
		expect(scene.failures).toMatchObject([{ errtype: "Bug", message: "no space left" }]);
	}
});

test("a database that is gone: the job is handed back, no other is fetched, and the run ends with that fault", async () => {
	const scene = new WorkerScene();
	const gone = new Fault("unreachable", "MongoDB at h is unreachable");
	scene.before = async (what) => {
		if (what === "store") throw gone;
	};
	scene.jobs.push(reserved("one"), reserved("two"));
	expect(await rejection(scene.run())).toBe(gone);
	expect(scene.notes).toEqual(["failed one"]);
	expect(scene.failures[0]?.errtype).toBe("Unreachable");
	expect(scene.jobs).toHaveLength(1);
});

test("a queue that is gone at the acknowledgement: told as unacknowledged, and the run ends with that fault", async () => {
	const scene = new WorkerScene();
	const gone = new Fault("unreachable", "Faktory at h is unreachable");
	scene.before = async (what) => {
		if (what === "ack") throw gone;
	};
	scene.jobs.push(reserved("one"));
	expect(await rejection(scene.run())).toBe(gone);
	expect(scene.of("job-unacknowledged")).toEqual([
		{ event: "job-unacknowledged", jid: "one", why: "Faktory at h is unreachable (all its tangles are stored)" },
	]);
	expect(scene.of("stopped")).toMatchObject([{ done: 0, unacknowledged: 1 }]);
});

test("a job that would run past its reservation is stopped and handed back before that ends", async () => {
	const scene = new WorkerScene();
	// Never confirmed.
	scene.before = async (what) => {
		if (what === "store") await new Promise(() => {});
	};
	scene.jobs.push(reserved("one", { reserveMs: 1000 }));
	const run = rejection(scene.run());
	await scene.event("job-failed");
	scene.stop.abort(stopped);
	await run;
	expect(scene.of("job-failed")).toMatchObject([{ jid: "one", errtype: "Failed", handed_back: false }]);
	expect(scene.failures[0]?.message).toContain("would run past its reservation of 1 s");
});

test("a job whose reservation has ended, as the host slept, is neither acknowledged nor handed back", async () => {
	const scene = new WorkerScene();
	const past = sharedNow() - 2_000_000;
	scene.jobs.push(reserved("one", { asked: past, given: past }));
	const run = rejection(scene.run());
	await scene.event("job-unacknowledged");
	scene.stop.abort(stopped);
	await run;
	expect(scene.notes.filter((note) => note !== "stored")).toEqual([]);
	expect(scene.of("job-unacknowledged")[0]?.why).toStartWith("its reservation has ended");
});

test("as many jobs at a time as there are grafters, and no more", async () => {
	const scene = new WorkerScene();
	let fetched = 0;
	let done = 0;
	const tooMany: number[] = [];
	scene.before = async (what) => {
		if (what === "ack") done += 1;
		if (what === "fetch" && scene.jobs.length > 0) {
			fetched += 1;
			if (fetched - done > 3) tooMany.push(fetched - done);
		}
	};
	scene.jobs.push(...Array.from({ length: 20 }, (_, n) => reserved(`job ${n}`)));
	const run = rejection(scene.run(3));
	await scene.event("waiting");
	scene.stop.abort(stopped);
	await run;
	expect([scene.of("job-done").length, tooMany]).toEqual([20, []]);
});

test("quiet: no further job is fetched, and the run goes on until it is stopped", async () => {
	const scene = new WorkerScene();
	scene.wanted = "quiet";
	const run = rejection(scene.run());
	await scene.event("quiet");
	scene.jobs.push(reserved("one"));
	scene.stop.abort(stopped);
	expect(await run).toBe(stopped);
	expect(scene.jobs).toHaveLength(1);
});

test("terminate: the run ends by itself; false where a job has failed", async () => {
	const scene = new WorkerScene();
	scene.wanted = "terminate";
	expect(await scene.run()).toBe(true);
	const failing = new WorkerScene();
	failing.jobs.push(reserved("one", { jobtype: "other" }));
	failing.before = async (what) => {
		if (what === "fail") failing.wanted = "terminate";
	};
	const stop = failing.event("job-failed");
	const run = failing.run();
	await stop;
	failing.stop.abort(stopped);
	expect(await rejection(run)).toBe(stopped);
	expect(failing.of("stopped")).toMatchObject([{ failed: 1 }]);
});

test("what is legal in a job is taken; ids in small letters", () => {
	expect(graftJobOf({ jobtype: "arbor_job", args: [ID.toUpperCase(), 0, ID, 2, 100_000] })).toEqual({
		rootstockId: ID,
		rootstockTcn: 0,
		scionId: ID,
		scionTcn: 2,
		pageSize: 100_000,
	});
});

test.each<[string, unknown]>([
	["arbor_jobs", [ID, 1, ID, 2, 500]],
	["arbor_job", undefined],
	["arbor_job", { 0: ID }],
	["arbor_job", [ID, 1, ID, 2]],
	["arbor_job", [ID, 1, ID, 2, 500, 0]],
	["arbor_job", [`${ID}0`, 1, ID, 2, 500]],
	["arbor_job", [ID, 1, null, 2, 500]],
	["arbor_job", [ID, -1, ID, 2, 500]],
	["arbor_job", [ID, 1.5, ID, 2, 500]],
	["arbor_job", [ID, 1, ID, Number.NaN, 500]],
	["arbor_job", [ID, 1, ID, 2, 0]],
	["arbor_job", [ID, 1, ID, 2, 100_001]],
	["arbor_job", [ID, 1, ID, 2, "500"]],
])("%s %j is refused", (jobtype, args) => {
	expect(() => graftJobOf({ jobtype, args })).toThrow(Fault);
});

test("the server is told of a fault with its hint, of a bug with its stack, of neither without end", () => {
	const fault = new Fault("data", "a document is wrong", { hint: "repair it" });
	expect(failureOf(fault, 5)).toEqual({ errtype: "BadData", message: "a document is wrong", backtrace: ["repair it"] });
	expect(failureOf(fault, 0).backtrace).toEqual([]);
	const bug = failureOf(new TypeError("x".repeat(2000)), 2);
	expect([bug.errtype, bug.message.length, bug.backtrace.length]).toEqual(["Bug", 900, 2]);
	expect(failureOf(stopped, 5).message).toStartWith(
		"handed back before it was done: the worker was stopped by SIGTERM",
	);
	expect(isFault(stopped)).toBe(true);
});
