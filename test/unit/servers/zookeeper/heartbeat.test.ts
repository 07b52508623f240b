import { expect, test } from "bun:test";
import { Heartbeat } from "../../../../src/servers/zookeeper/heartbeat.ts";

test("proofs are sent each sixth of the time-out, and one without an answer for a third of it is reported", async () => {
	const silent = Promise.withResolvers<number>();
	let sent = 0;
	const heartbeat = new Heartbeat({
		prove: () => {
			sent += 1;
			return sent < 3 ? Promise.resolve() : new Promise(() => {});
		},
		silent: silent.resolve,
	});
	heartbeat.start(60);
	expect(sent).toBe(1);
	expect(await silent.promise).toBe(20);
	heartbeat.stop();
	const before = sent;
	// On a host that is busy a timer may not ring in time for a fourth.
	expect(before).toBeGreaterThanOrEqual(3);
	// Only time can show that nothing more is sent.
	await Bun.sleep(40);
	expect(sent).toBe(before);
});
