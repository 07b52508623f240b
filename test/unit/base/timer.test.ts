import { expect, test } from "bun:test";
import { sleep, withDeadline } from "../../../src/base/deadline.ts";
import { LONGEST_TIMER_MS, timerMs } from "../../../src/base/timer.ts";
import { runtimeWarnings } from "../../support/runtime-warnings.ts";

test("a time that has passed is now, one that is too long is the longest", () => {
	const times = [-0.5, Number.NEGATIVE_INFINITY, 0, 0.5, 7, LONGEST_TIMER_MS + 1, Number.POSITIVE_INFINITY];
	expect(times.map(timerMs)).toEqual([0, 0, 0, 0.5, 7, LONGEST_TIMER_MS, LONGEST_TIMER_MS]);
});

test("waits for a time that has passed end at once, those for ever do not; the runtime warns of none", async () => {
	const late = () => new Error("late");
	const warnings = await runtimeWarnings(async () => {
		await sleep(-5);
		const done = new AbortController();
		const forever = sleep(Number.POSITIVE_INFINITY, done.signal);
		expect(await withDeadline(LONGEST_TIMER_MS + 5, sleep(5), late)).toBeUndefined();
		await expect(withDeadline(-5, forever, late)).rejects.toThrow("late");
		done.abort(new Error("done"));
		await expect(forever).rejects.toThrow("done");
	});
	expect(warnings).toEqual([]);
});
