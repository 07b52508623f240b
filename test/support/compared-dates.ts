import { expect } from "bun:test";

// Loaded before the unit tests. The runtime's `toMatchObject` takes any date for any other, as it does maps, sets, regular
// expressions and errors: a test that seems to compare them compares nothing.

/** The first such value in what is expected, as text. */
function uncompared(expected: unknown): string | undefined {
	if (typeof expected !== "object" || expected === null) return undefined;
	if ([Date, Map, Set, RegExp, Error].some((kind) => expected instanceof kind)) return String(expected);
	for (const value of Object.values(expected)) {
		const found = uncompared(value);
		if (found !== undefined) return found;
	}
	return undefined;
}

const matchers: { toMatchObject: (expected: object) => void } = Object.getPrototypeOf(expect(0));
const { toMatchObject } = matchers;
matchers.toMatchObject = function (this: unknown, expected: object): void {
	const value = uncompared(expected);
	if (value !== undefined) throw new Error(`toMatchObject does not compare ${value}: use toEqual, objectContaining`);
	toMatchObject.call(this, expected);
};
