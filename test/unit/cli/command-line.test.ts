import { expect, test } from "bun:test";
import { scanCommandLine } from "../../../src/cli/command-line.ts";

test("what stands after -- is nobody's but the child's", () => {
	const parts = { own: ["a"], rest: ["-h", "--", "x"], dashes: true, help: false };
	expect(scanCommandLine(["a", "--", "-h", "--", "x"])).toMatchObject(parts);
	expect(scanCommandLine(["a"])).toMatchObject({ own: ["a"], rest: [], dashes: false });
});

test("the common flags are read wherever they stand, and the verb is the first word that is none of them", () => {
	const line = scanCommandLine(["-c", "file", "-qv", "locks", "--json", "ls", "--no-color"]);
	expect(line).toMatchObject({ places: [3, 5], quiet: true, verbose: true, json: true, color: false, help: false });
	expect(scanCommandLine(["--config=-h", "--quiet=yes", "ls"])).toMatchObject({
		places: [2],
		quiet: false,
		help: false,
	});
});
