import { expect, test } from "bun:test";
import { orAborted, sleep, withDeadline } from "../../../src/base/deadline.ts";
import { Fault } from "../../../src/base/fault.ts";

const never = () => new Promise<never>(() => {});

test("a deadline gives the work's value, its error, or what is late", async () => {
	const late = () => new Fault("unreachable", "late");
	expect(await withDeadline(1000, Promise.resolve(7), late)).toBe(7);
	await expect(withDeadline(1000, Promise.reject(new Error("own")), late)).rejects.toThrow("own");
	for (const ms of [1, 0, -5]) await expect(withDeadline(ms, never(), late)).rejects.toThrow("late");
});

test("a sleep and a wait end with the signal's own reason, before and after they began", async () => {
	const reason = new Fault("terminate", "asked to stop");
	const waits = [(signal: AbortSignal) => sleep(60_000, signal), (signal: AbortSignal) => orAborted(signal, never())];
	for (const wait of waits) {
		const stop = new AbortController();
		const waiting = wait(stop.signal);
		stop.abort(reason);
		expect(await waiting.catch((error) => error)).toBe(reason);
		expect(await wait(stop.signal).catch((error) => error)).toBe(reason);
	}
	await sleep(1);
	expect(await orAborted(new AbortController().signal, Promise.resolve(7))).toBe(7);
});

test("work that fails after the signal aborted is no unhandled rejection", async () => {
	const unhandled: unknown[] = [];
	const note = (error: unknown) => unhandled.push(error);
	process.on("unhandledRejection", note);
	const reason = new Fault("interrupt", "stopped");
	const failing = Promise.withResolvers<never>();
	const waiting = orAborted(AbortSignal.abort(reason), failing.promise);
	expect(await waiting.catch((error) => error)).toBe(reason);
	failing.reject(new Error("too late"));
	await sleep(1);
	process.off("unhandledRejection", note);
	expect(unhandled).toEqual([]);
});
