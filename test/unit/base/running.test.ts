import { expect, test } from "bun:test";
import { isRunning } from "../../../src/base/running.ts";

test("a process runs until it has ended and somebody has asked how; another user's runs too", async () => {
	expect(isRunning(process.pid)).toBe(true);
	expect(isRunning(1)).toBe(true);
	const child = Bun.spawn(["cat"], { stdin: "pipe" });
	expect(isRunning(child.pid)).toBe(true);
	await child.stdin.end();
	await child.exited;
	expect(isRunning(child.pid)).toBe(false);
});
