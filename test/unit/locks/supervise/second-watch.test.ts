import { expect, test } from "bun:test";
import { sharedNow } from "../../../../src/base/shared-clock.ts";
import { LONGEST_TIMER_MS } from "../../../../src/base/timer.ts";
import { SecondWatch } from "../../../../src/locks/supervise/second-watch.ts";
import { runtimeWarnings } from "../../../support/runtime-warnings.ts";

function watchOver(supervisor: number) {
	const { promise: done, resolve } = Promise.withResolvers<string>();
	const log = { warn: () => {}, debug: () => {} };
	const watch = new SecondWatch({ supervisor, supervisors: new Set(), log, refused: () => {}, done: resolve });
	return { watch, done };
}

test("times that have passed when they are confirmed count as now", async () => {
	await using supervisor = Bun.spawn(["sleep", "60"]);
	const { watch, done } = watchOver(supervisor.pid);
	const warnings = await runtimeWarnings(async () => {
		watch.confirmed(sharedNow() - 5000, sharedNow() - 4000);
		expect(await done).toBe("did not answer in time");
	});
	expect(warnings).toEqual([]);
});

test("the longest time to end in does not end the work at once", async () => {
	await using supervisor = Bun.spawn(["sleep", "60"]);
	const { watch } = watchOver(supervisor.pid);
	const warnings = await runtimeWarnings(async () => {
		watch.endsWithin(LONGEST_TIMER_MS);
		await Bun.sleep(20);
	});
	expect([warnings, watch.isTakingOver]).toEqual([[], false]);
	watch.end();
});
