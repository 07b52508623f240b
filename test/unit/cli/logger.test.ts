import { expect, test } from "bun:test";
import { createLineLog, createLog, logWith } from "../../../src/cli/logger.ts";

const ABOUT = { run: "r-1", verb: "component" };

test("log lines: the time, the level, the message, fields; one line whatever they hold", () => {
	const lines: string[] = [];
	const options = { quiet: false, verbose: false, color: true, terminal: false };
	const log = createLog({ ...options, line: (text) => lines.push(text) });
	log.info("pages `found` _x_", { n: 3, text: 'a "b"\nc', none: undefined });
	log.info("pages `found` _x_", { n: 3, text: 'a "b"\nc', none: undefined });
	log.debug("hidden");
	expect(lines.length).toBe(2);
	for (const line of lines) {
		expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info pages `found` _x_ n=3 text="a \\"b\\"\\nc"$/);
	}
});

test("a child's lines: each is a line of its own with the batch, whatever is in it", () => {
	const lines: string[] = [];
	const options = {
		quiet: false,
		verbose: false,
		color: false,
		terminal: false,
		format: "json" as const,
		about: ABOUT,
	};
	const log = createLineLog({ ...options, line: (text) => lines.push(...text.split("\n")) }, () => Promise.resolve());
	log.lines("B1-RT1", '{"a": 1}\nplain "text"\n');
	expect(lines.map((line) => JSON.parse(line))).toMatchObject([
		{ level: "info", message: '{"a": 1}', batch: "B1-RT1", ...ABOUT },
		{ message: 'plain "text"', batch: "B1-RT1", ...ABOUT },
	]);
	const whole = createLog({ ...options, line: (text) => lines.push(text) });
	logWith(whole, options, { batch: "B2-RT1" }).info("done");
	expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ message: "done", batch: "B2-RT1", run: "r-1" });
});
