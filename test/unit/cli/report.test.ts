import { expect, test } from "bun:test";
import { Fault } from "../../../src/base/fault.ts";
import { reportFailure } from "../../../src/cli/report.ts";
import { keptLog } from "../../support/config-folder.ts";

test("a run that fails, and then cannot end what it had opened, ends with why it failed", async () => {
	const run = async () => {
		await using opened = new AsyncDisposableStack();
		opened.defer(() => Promise.reject(new Fault("refused", "may not delete the node")));
		opened.defer(() => Promise.reject(new Error("still busy")));
		throw new Fault("locked", "held by another", { hint: "wait for it" });
	};
	const log = keptLog();
	const thrown: unknown = await run().catch((error: unknown) => error);
	expect(reportFailure(thrown, log, "1.0")).toBe(75);
	expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
		["debug", "after the failure: still busy"],
		["debug", "after the failure: may not delete the node"],
		["error", "held by another"],
		["error", "wait for it"],
	]);
});

test("a run that is done, and cannot end what it had opened, ends with that", async () => {
	const run = async () => {
		await using opened = new AsyncDisposableStack();
		opened.defer(() => Promise.reject(new Fault("refused", "may not delete the node")));
	};
	const thrown: unknown = await run().catch((error: unknown) => error);
	expect(reportFailure(thrown, keptLog(), "1.0")).toBe(77);
});
