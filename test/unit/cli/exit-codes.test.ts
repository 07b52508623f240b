import { expect, test } from "bun:test";
import { EXIT_CODES } from "../../../src/cli/exit-codes.ts";

test("exit codes are those of the contract", () => {
	const codes = Object.fromEntries(Object.entries(EXIT_CODES).map(([ending, { code }]) => [ending, code]));
	expect(codes).toEqual({
		...{ done: 0, "broken-pipe": 0, failed: 1, bug: 2, usage: 64, data: 65, unreachable: 69 },
		...{ output: 74, locked: 75 },
		...{ refused: 77, config: 78, lost: 79, interrupt: 130, terminate: 143 },
	});
});
