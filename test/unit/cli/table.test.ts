import { expect, test } from "bun:test";
import { RunningTable, table } from "../../../src/cli/table.ts";

test("a table: numbers to the right, no borders, no blanks at the ends", () => {
	const rows = [
		["a", 1],
		["long", 1000],
	] as const;
	expect(table(["what", "n"], rows)).toBe(["what     n", "a        1", "long  1000"].join("\n"));
});

test("a running table: its head once, a column as wide as its widest cell so far", () => {
	const running = new RunningTable(["id", "event"]);
	expect(running.lines([])).toBe("");
	expect(running.lines([["a", "b"]])).toBe("id  event\na   b\n");
	expect(
		running.lines([
			["long", "b"],
			["x", "y"],
		]),
	).toBe("long  b\nx     y\n");
});
