import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { setImmediate as turn } from "node:timers/promises";
import { sharedNow } from "../../../../src/base/shared-clock.ts";
import type { Exit } from "../../../../src/locks/supervise/children.ts";
import type { Containment, Pass } from "../../../../src/locks/supervise/containment.ts";
import type { Report } from "../../../../src/locks/supervise/messages.ts";
import type { Process } from "../../../../src/locks/supervise/process-tree.ts";
import { Supervisor } from "../../../../src/locks/supervise/supervisor.ts";

// Timers ring when the test says so. The shared clock goes on: a time is seconds away, which no host sleeps through.
beforeEach(() => {
	jest.useFakeTimers();
});
afterEach(() => {
	jest.useRealTimers();
});

const ROOTS: Process = { pid: 4711, parent: 1, group: 4711, state: "S", startedAt: 1, name: "sudo" };

const KILL = { do: "end", signal: "SIGTERM", graceMs: 0 } as const;

/** A containment that does what the test says, and keeps what it was asked. */
class Told implements Containment {
	readonly layer = "subreaper";
	readonly asked: string[] = [];
	refused: Process[] = [];
	alive = true;
	/** Found alive once the work has ended. */
	readonly left: Process[] = [];
	members = () => (this.alive ? this.refused : this.left);
	freeze = (): Pass => this.#pass("freeze", true);
	thaw = () => void this.asked.push("thaw");
	kill = (): Pass => this.#pass("kill", !this.alive);
	signalAll = (signal: NodeJS.Signals) => {
		this.asked.push(signal);
		return this.refused;
	};
	remove = () => void this.asked.push("remove");
	#pass(name: string, settled: boolean): Pass {
		this.asked.push(name);
		return { settled: settled && this.refused.length === 0, refused: this.refused };
	}
}

function scene({ lingerMs = 60_000, mayStay = false } = {}) {
	const containment = new Told();
	const reports: Report[] = [];
	const lines: string[] = [];
	const end = Promise.withResolvers<Exit>();
	const over = Promise.withResolvers<void>();
	/** What became of its process, in order. */
	const then: string[] = [];
	const supervisor = new Supervisor({
		send: (report, sent) => {
			reports.push(report);
			sent?.();
		},
		log: (line) => lines.push(line),
		mayStay: () => mayStay,
		idle: () => {
			then.push("idle");
			over.resolve();
		},
		close: () => {
			then.push("close");
			over.resolve();
		},
		exit: () => {
			then.push("exit");
			over.resolve();
		},
		terminal: undefined,
		lingerMs,
		remindMs: 20,
		start: () => ({
			work: { pid: 1 << 22, launched: Promise.resolve({ outside: false }), ended: end.promise },
			contain: () => ({ containment, handle: { layer: "subreaper", group: 1 << 22 } }),
			meanwhile: containment,
		}),
	});
	const until = (freezeMs: number, killMs: number) =>
		supervisor.take({ do: "until", freezeAt: sharedNow() + freezeMs, killAt: sharedNow() + killMs });
	return { supervisor, containment, reports, lines, then, end: end.resolve, over: over.promise, until };
}

test("frozen at its time, thawed by a later one, killed when it has ended", async () => {
	const { containment, reports, until, end, over } = scene();
	until(10_000, 60_000);
	await turn();
	jest.advanceTimersByTime(5000);
	expect(containment.asked).toEqual([]);
	jest.advanceTimersByTime(5000);
	expect(reports.at(-1)).toEqual({ is: "frozen" });
	until(60_000, 60_000);
	expect(containment.asked).toEqual(["freeze", "thaw"]);
	containment.alive = false;
	end({ code: 3, signal: null });
	await over;
	expect(reports.at(-1)).toEqual({ is: "ended", stays: false, code: 3, signal: null });
	expect(containment.asked.slice(-2)).toEqual(["kill", "remove"]);
});

test("the lock is up during the grace after TERM: killed at that time, not at the grace's end", async () => {
	const { supervisor, containment, reports, until, end, over } = scene();
	until(60_000, 60_000);
	await turn();
	supervisor.take({ do: "end", signal: "SIGTERM", graceMs: 60_000 });
	until(-20, 10_000);
	jest.advanceTimersByTime(5000);
	expect(containment.asked).not.toContain("kill");
	jest.advanceTimersByTime(5000);
	expect(containment.asked.at(-1)).toBe("kill");
	containment.alive = false;
	end({ code: null, signal: "SIGKILL" });
	await over;
	expect(reports.at(-1)).toEqual({ is: "ended", stays: false, code: null, signal: "SIGKILL", killed: "time" });
});

test("a signal is refused: told at once and again, all else killed, the last word waits until it has ended", async () => {
	const { supervisor, containment, reports, until, end, over } = scene();
	containment.refused = [ROOTS];
	until(60_000, 60_000);
	await turn();
	supervisor.take({ do: "end", signal: "SIGTERM", graceMs: 60_000 });
	expect(reports.at(-1)).toMatchObject({ is: "refused", who: expect.stringContaining("4711 (sudo") });
	end({ code: null, signal: "SIGTERM" });
	await turn();
	jest.advanceTimersByTime(40);
	expect(reports.filter(({ is }) => is === "refused")).toHaveLength(3);
	expect(reports.some(({ is }) => is === "ended")).toBe(false);
	containment.refused = [];
	containment.alive = false;
	jest.advanceTimersByTime(1000);
	await over;
	expect(reports.at(-1)).toMatchObject({ is: "ended", signal: "SIGTERM", refused: expect.stringContaining("4711") });
});

test("what never ends is waited for no longer than the limit", async () => {
	const { supervisor, containment, reports, until, over } = scene({ lingerMs: 80 });
	containment.refused = [ROOTS];
	until(60_000, 60_000);
	await turn();
	supervisor.take({ do: "end", signal: "SIGTERM", graceMs: 0 });
	jest.advanceTimersByTime(79);
	expect(reports.some(({ is }) => is === "ended")).toBe(false);
	jest.advanceTimersByTime(1);
	await over;
	expect(reports.at(-1)).toMatchObject({
		is: "ended",
		stays: false,
		code: null,
		refused: expect.stringContaining("4711"),
	});
});

test("tangles is gone: all is killed, and the supervisor says so itself, refusals too", async () => {
	const { supervisor, containment, lines, until, end, over } = scene();
	until(60_000, 60_000);
	await turn();
	containment.refused = [ROOTS];
	supervisor.parentLost();
	expect(lines).toEqual([
		"tangles ended before its work did: the work is killed, nothing is recorded",
		expect.stringContaining("runs on without its lock: process 4711 (sudo"),
	]);
	containment.refused = [];
	containment.alive = false;
	end({ code: null, signal: "SIGKILL" });
	await over;
});

test("killed before it was told until when it may run: nothing is started", async () => {
	const { supervisor, containment, reports, until, over } = scene();
	supervisor.take({ do: "end", signal: "SIGTERM", graceMs: 5000 });
	await over;
	until(60_000, 60_000);
	expect(reports).toEqual([{ is: "ended", stays: false, code: null, signal: "SIGKILL" }]);
	expect(containment.asked).toEqual([]);
});

test("to be ended in the very moment of its start: signalled, killed at the grace's end, and only then over", async () => {
	const { supervisor, containment, reports, until, end, over } = scene();
	until(60_000, 60_000);
	supervisor.take({ do: "end", signal: "SIGTERM", graceMs: 5000 });
	expect(reports.some(({ is }) => is === "ended")).toBe(false);
	jest.advanceTimersByTime(4999);
	expect(containment.asked).toEqual(["SIGTERM"]);
	jest.advanceTimersByTime(1);
	expect(containment.asked).toEqual(["SIGTERM", "kill"]);
	expect(reports.some(({ is }) => is === "ended")).toBe(false);
	containment.alive = false;
	end({ code: null, signal: "SIGKILL" });
	await over;
	expect(reports.at(-1)).toMatchObject({ is: "ended", signal: "SIGKILL" });
});

test("work that ends by itself and leaves nothing: its process stays for the next one", async () => {
	const { containment, reports, then, until, end, over } = scene({ mayStay: true });
	until(60_000, 60_000);
	containment.alive = false;
	end({ code: 0, signal: null });
	await over;
	await Promise.resolve();
	expect(reports.at(-1)).toEqual({ is: "ended", stays: true, code: 0, signal: null });
	expect(containment.asked.at(-1)).toBe("remove");
	expect(then).toEqual(["idle"]);
});

type Scene = ReturnType<typeof scene>;
test.each<[string, boolean, (scene: Scene) => void, readonly string[]]>([
	["the last work of its process", false, () => {}, ["close"]],
	["work that left something running", true, ({ containment }) => void containment.left.push(ROOTS), ["close"]],
	["work that was killed", true, ({ supervisor }) => supervisor.take(KILL), ["close"]],
	["work that was ended", true, ({ supervisor }) => supervisor.take({ ...KILL, graceMs: 60_000 }), ["close"]],
	["work that refused a signal", true, refuse, ["close"]],
	["tangles gone", true, ({ supervisor }) => supervisor.parentLost(), ["exit"]],
])("%s: its process does not stay", async (_, mayStay, meanwhile, became) => {
	const it = scene({ mayStay });
	it.until(60_000, 60_000);
	while (!it.reports.some(({ is }) => is === "started")) await Promise.resolve();
	meanwhile(it);
	it.containment.alive = false;
	it.end({ code: 0, signal: null });
	await it.over;
	await Promise.resolve();
	expect(it.then).toEqual([...became]);
	if (became[0] === "close") expect(it.reports.at(-1)).toMatchObject({ is: "ended", stays: false });
});

/** A freeze is refused, and the process has ended before it is killed. */
function refuse({ containment, until }: Scene): void {
	containment.refused = [ROOTS];
	until(-1, 60_000);
	containment.refused = [];
}
