import { expect, test } from "bun:test";
import { SessionClock } from "../../../../src/servers/zookeeper/clock.ts";

function clockAt(timeoutMs: number) {
	const time = { now: 0 };
	return { time, clock: new SessionClock(timeoutMs, () => time.now) };
}

test("the session is suspended until its first answer, then connected for two thirds of the time-out after the send", () => {
	const { time, clock } = clockAt(6000);
	expect(clock.state).toBe("suspended");
	time.now = 500;
	clock.answered(100);
	expect(clock.state).toBe("connected");
	time.now = 4099;
	expect(clock.state).toBe("connected");
	time.now = 4100;
	expect(clock.state).toBe("suspended");
});

test("an answer that comes after five sixths of the time-out finds the session lost, and changes nothing", () => {
	const { time, clock } = clockAt(6000);
	clock.answered(0);
	time.now = 5000;
	clock.answered(4999);
	expect(clock.state).toBe("lost");
});

test("a broken connection suspends at once, and an answer before the end brings the session back", () => {
	const { time, clock } = clockAt(6000);
	clock.answered(0);
	clock.disconnected();
	expect(clock.state).toBe("suspended");
	time.now = 4800;
	clock.answered(4700);
	expect(clock.state).toBe("connected");
	expect(clock.trust()).toEqual({ freezeAt: 8700, lostAt: 9700 });
});
