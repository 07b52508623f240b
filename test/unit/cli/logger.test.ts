import { expect, test } from "bun:test";
import { createLog } from "../../../src/cli/logger.ts";

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
