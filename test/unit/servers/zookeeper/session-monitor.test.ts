import { expect, test } from "bun:test";
import { Fault } from "../../../../src/base/fault.ts";
import { SessionMonitor } from "../../../../src/servers/zookeeper/session-monitor.ts";

function scene(timeoutMs: number) {
	const events: string[] = [];
	const monitor: SessionMonitor = new SessionMonitor({
		timeoutMs,
		lossFault: (why) => new Fault("unreachable", why),
		lost: () => events.push("over"),
	});
	monitor.onValidity(() => events.push(monitor.isOver ? "lost" : monitor.evaluate()));
	return { monitor, events };
}

test("without an answer it is suspended and then lost by its own timers, told once each", async () => {
	const { monitor, events } = scene(600);
	monitor.connected(600);
	monitor.proven(performance.now());
	const over = Promise.withResolvers<void>();
	monitor.lost.addEventListener("abort", () => over.resolve(), { once: true });
	await over.promise;
	expect(events).toEqual(["connected", "suspended", "over", "lost"]);
	expect(String(monitor.reason)).toContain("no proof of it for");
});

test("listeners hear of a later freezeAt only where it has moved by a thirtieth of the time-out", () => {
	const { monitor, events } = scene(6000);
	const now = performance.now();
	// A thirtieth is 200 ms; each proof is late enough to be evaluated.
	for (const ms of [0, 150, 350]) monitor.proven(now + ms);
	expect(events).toEqual(["connected", "connected"]);
	monitor.expire(new Fault("unreachable", "closed"));
	expect(events.slice(2)).toEqual(["over", "lost"]);
});

test("what is over stays over: later proofs and losses change nothing", () => {
	const { monitor, events } = scene(60_000);
	monitor.expire(new Fault("unreachable", "first"));
	monitor.proven(performance.now());
	monitor.expire(new Fault("unreachable", "second"));
	expect([monitor.evaluate(), String(monitor.reason), events]).toEqual(["lost", "Fault: first", ["over", "lost"]]);
});
