import { expect, test } from "bun:test";
import { Fault } from "../../../src/base/fault.ts";
import { createOutageRetry } from "../../../src/base/outage-retry.ts";
import { keptLog } from "../../support/config-folder.ts";

const down = () => new Fault("unreachable", "connect ECONNREFUSED");

test("an outage is ridden out, and told once as it begins and once as it ends", async () => {
	const log = keptLog();
	let failures = 0;
	const ride = createOutageRetry("Faktory at h:1", 60_000, log);
	const attempt = async () => {
		failures += 1;
		if (failures <= 3) throw down();
		return "there";
	};
	expect(await ride.call({ attemptMs: 1000 }, attempt)).toBe("there");
	expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
		"warn Faktory at h:1 is out of reach; trying on",
		"info Faktory at h:1 answers again",
	]);
});

test("patience spent: the server, how long it was tried, and the last cause", async () => {
	const ride = createOutageRetry("Faktory at h:1", 50, keptLog());
	const thrown = await ride
		.call({ attemptMs: 1000 }, async () => {
			throw down();
		})
		.catch((error: unknown) => error);
	expect(thrown).toMatchObject({ kind: "unreachable" });
	expect(String(thrown)).toMatch(
		/Faktory at h:1 is unreachable or did not answer in time, tried for \d\.\d s: connect ECONNREFUSED/,
	);
});

test("what is no outage is thrown at once, a bug of ours too", async () => {
	for (const error of [new Fault("refused", "no"), new TypeError("bug")]) {
		let attempts = 0;
		const ride = createOutageRetry("s", 60_000, keptLog());
		const call = ride.call({ attemptMs: 1000 }, async () => {
			attempts += 1;
			throw error;
		});
		expect(await call.catch((thrown: unknown) => thrown)).toBe(error);
		expect(attempts).toBe(1);
	}
});

test("stopped during an outage: the reason is thrown; an answer that has come still counts", async () => {
	const stop = new AbortController();
	const reason = new Fault("terminate", "stopped");
	const ride = createOutageRetry("s", 60_000, keptLog());
	const failing = ride.call({ attemptMs: 1000, signal: stop.signal }, async () => {
		stop.abort(reason);
		throw down();
	});
	expect(await failing.catch((error: unknown) => error)).toBe(reason);
	const late = new AbortController();
	const answered = ride.call({ attemptMs: 1000, signal: late.signal }, async () => {
		late.abort(reason);
		return 5;
	});
	expect(await answered).toBe(5);
});
