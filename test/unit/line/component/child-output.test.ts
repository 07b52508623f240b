import { expect, test } from "bun:test";
import type { LineLog } from "../../../../src/base/log.ts";
import { TimeSlice } from "../../../../src/base/time-slice.ts";
import { createLineLog } from "../../../../src/cli/logger.ts";
import { ChildOutput } from "../../../../src/line/component/child-output.ts";

/** The lines that come out, in whatever chunks the bytes go in, and the tail. */
async function said(bytes: Buffer, chunk: number, shown = true) {
	const lines: string[] = [];
	const log: LineLog = {
		shown,
		lines: (_, text) => {
			expect(text).toEndWith("\n");
			lines.push(...text.slice(0, -1).split("\n"));
		},
		room: () => Promise.resolve(),
	};
	const output = new ChildOutput(log, "B1-RT1", new TimeSlice());
	for (let at = 0; at < bytes.length; at += chunk) await output.add("stderr", bytes.subarray(at, at + chunk));
	const tail = output.end();
	return { lines, tail };
}

const LONG = "x".repeat(8192);
const CUT = `${LONG}…`;

test.each([
	["a\nb\n", ["a", "b"]],
	["a\r\nb", ["a", "b"]],
	["\n\n", ["", ""]],
	["", []],
	["é€𝄞\n", ["é€𝄞"]],
	["a\u0007b\u001b[1m\n", ["a?b?[1m"]],
	[`${LONG}\nz\n`, [LONG, "z"]],
	[`${LONG}y\nz\n`, [CUT, "z"]],
	[`${LONG}${LONG}${LONG}`, [CUT]],
	[`a\n${LONG}yyy\n${LONG}yyy\nb`, ["a", CUT, CUT, "b"]],
])("%#: lines are the same whatever chunks they come in", async (text, lines) => {
	for (const chunk of [1, 2, 7, 8191, 100_000]) {
		expect({ chunk, ...(await said(Buffer.from(text), chunk)) }).toMatchObject({ chunk, lines });
	}
});

test("a sequence of UTF-8 that never ends is shown as one", async () => {
	expect((await said(Buffer.from([0x61, 0xe2, 0x82]), 1)).lines).toEqual(["a\ufffd"]);
});

test("the tail is the last 4000 letters, also where lines are not shown", async () => {
	const text = `${"é".repeat(50_000)}end\n`;
	for (const shown of [true, false]) {
		const { tail, lines } = await said(Buffer.from(text), 1000, shown);
		expect(tail).toBe(`${"é".repeat(3996)}end`);
		expect(lines.length).toBe(shown ? 1 : 0);
	}
});

test("output holds the event loop for some 5 ms a turn: other work goes on between", async () => {
	const log = createLineLog({ quiet: false, verbose: false, color: false, terminal: false, line: () => {} }, () =>
		Promise.resolve(),
	);
	const slice = new TimeSlice();
	const bytes = Buffer.from("y\n".repeat(32_768));
	let turns = 0;
	let done = false;
	const count = () => {
		turns += 1;
		if (!done) setImmediate(count);
	};
	count();
	const outputs = ["a", "b", "c"].map((from) => new ChildOutput(log, from, slice));
	// A chunk of each at once, 30 times: 6 MB in lines of 2 bytes.
	const before = process.cpuUsage();
	for (let at = 0; at < 30; at += 1) await Promise.all(outputs.map((output) => output.add("stdout", bytes)));
	done = true;
	// By the time of the processor, not of the clock: others may use the machine. A slice of 5 ms, and five times that for
	// them.
	const { user, system } = process.cpuUsage(before);
	expect(turns).toBeGreaterThan((user + system) / 1000 / 25);
});

test("lines of others in the log: each with its stamp and source, and nothing that moves a cursor", () => {
	const written: string[] = [];
	const options = { quiet: false, verbose: false, color: true, terminal: false };
	const log = createLineLog({ ...options, line: (text) => written.push(text) }, () => Promise.resolve());
	log.lines("B1-RT1", "a\n\u202eb\tc\n$&\n");
	const lines = written.join("\n").split("\n");
	expect(lines.map((line) => line.replace(/^\S+Z /, ""))).toEqual([
		...["info B1-RT1: a", "info B1-RT1: \\u{202e}b\\u{9}c", "info B1-RT1: $&"],
	]);
	expect(createLineLog({ ...options, quiet: true, line: () => {} }, () => Promise.resolve()).shown).toBe(false);
});
