import { expect, test } from "bun:test";
import { nextState, type StateTable } from "../../../src/base/next-state.ts";

const DOOR: StateTable<"open" | "closed" | "gone"> = { open: ["closed"], closed: ["open", "gone"], gone: [] };

test("a state that may follow is the next one", () => {
	expect(nextState(DOOR, "door", "open", "closed")).toBe("closed");
});

test.each([
	["open", "gone"],
	["gone", "open"],
	["open", "open"],
] as const)("from %s to %s is refused, by name", (from, to) => {
	expect(() => nextState(DOOR, "door", from, to)).toThrow(`a door cannot go from ${from} to ${to}`);
});
