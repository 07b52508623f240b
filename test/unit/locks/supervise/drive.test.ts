import { expect, test } from "bun:test";
import type { Containment, Pass } from "../../../../src/locks/supervise/containment.ts";
import { Drive, waitAfter } from "../../../../src/locks/supervise/drive.ts";
import type { Process } from "../../../../src/locks/supervise/process-tree.ts";

const ROOTS: Process = { pid: 4711, parent: 1, group: 4711, state: "S", startedAt: 1, name: "sudo" };

/** A containment whose passes give what `next` says, and the order of the calls. */
function containment(next: (passes: number) => Pass) {
	const calls: string[] = [];
	const pass = (name: string) => {
		calls.push(name);
		return next(calls.length);
	};
	const fake: Containment = {
		layer: "subreaper",
		members: () => [],
		freeze: () => pass("freeze"),
		thaw: () => void calls.push("thaw"),
		kill: () => pass("kill"),
		signalAll: () => [],
		remove: () => {},
	};
	return { fake, calls };
}

const SETTLED: Pass = { settled: true, refused: [] };

test("passes come quickly for two seconds at most, then once a second for as long as something is alive", () => {
	const waits = Array.from({ length: 3600 }, (_, at) => waitAfter(at + 1));
	expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 64, 100]);
	const quick = waits.indexOf(1000);
	expect(waits.slice(0, quick).reduce((sum, wait) => sum + wait, 0)).toBeLessThan(2100);
	expect(new Set(waits.slice(quick))).toEqual(new Set([1000]));
});

test("passes are repeated until one settles; each refusal is reported", async () => {
	const done = Promise.withResolvers<string>();
	const refused: number[] = [];
	const { fake, calls } = containment((passes) => ({ settled: passes === 4, refused: passes < 3 ? [ROOTS] : [] }));
	const drive = new Drive({ settled: done.resolve, refused: ([first]) => refused.push(first?.pid ?? 0) });
	drive.over(fake);
	expect(calls).toEqual([]);
	drive.towards("kill");
	expect(await done.promise).toBe("kill");
	expect([calls.length, refused]).toEqual([4, [4711, 4711]]);
});

test("a goal that was set before holds for a containment that comes later, and nothing undoes a kill", () => {
	const goals: string[] = [];
	const [first, second] = [containment(() => SETTLED), containment(() => SETTLED)];
	const drive = new Drive({ settled: (goal) => goals.push(goal), refused: () => {} });
	drive.towards("freeze");
	drive.over(first.fake);
	drive.over(second.fake);
	expect([first.calls, second.calls]).toEqual([["freeze", "thaw"], ["freeze"]]);
	drive.towards("kill");
	drive.towards("run");
	expect([drive.goal, second.calls, goals]).toEqual(["kill", ["freeze", "kill"], ["freeze", "freeze", "kill"]]);
});
