import { expect, test } from "bun:test";
import { SessionClock } from "../../../../src/servers/zookeeper/clock.ts";

function clockAt(timeoutMs: number) {
	const time = { now: 0 };
	return { time, clock: new SessionClock(timeoutMs, () => time.now) };
}

test("the session is suspended until its first proof, then connected for two thirds of the time-out after the send", () => {
	const { time, clock } = clockAt(6000);
	expect(clock.state).toBe("suspended");
	time.now = 500;
	clock.proven(100);
	expect(clock.state).toBe("connected");
	time.now = 4099;
	expect(clock.state).toBe("connected");
	time.now = 4100;
	expect(clock.state).toBe("suspended");
});

test("a proof that comes after 17/24 of the time-out finds the session lost, and changes nothing", () => {
	const { time, clock } = clockAt(6000);
	clock.proven(0);
	time.now = 4250;
	clock.proven(4249);
	expect(clock.state).toBe("lost");
});

test("a broken connection suspends at once, and a proof before the end brings the session back", () => {
	const { time, clock } = clockAt(6000);
	clock.proven(0);
	clock.disconnected();
	expect(clock.state).toBe("suspended");
	time.now = 4200;
	clock.proven(4100);
	expect(clock.state).toBe("connected");
	expect(clock.validity()).toEqual({ freezeAt: 8100, expiresAt: 8350 });
});
