import { expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { isTerminal } from "../../../../src/cli/streams/terminal.ts";

async function opened(path: string): Promise<boolean> {
	const descriptor = openSync(path, "r");
	try {
		return await isTerminal(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

test("a terminal is told from every other file, device and closed descriptor", async () => {
	// The master of a pseudoterminal is a terminal too.
	expect(await opened("/dev/ptmx")).toBe(true);
	for (const other of ["/dev/null", "/dev/zero", "/dev/urandom", import.meta.path, import.meta.dir]) {
		expect([other, await opened(other)]).toEqual([other, false]);
	}
	const descriptor = openSync("/dev/ptmx", "r");
	closeSync(descriptor);
	expect(await isTerminal(descriptor)).toBe(false);
});
