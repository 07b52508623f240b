import { expect, test } from "bun:test";
import { isFault } from "../../../src/base/fault.ts";
import { sizeOf } from "../../../src/cli/size.ts";

test("a size is a number with a unit, in powers of 1000", () => {
	for (const [text, bytes] of [
		["1000B", 1000],
		["500KB", 500_000],
		["100MB", 100_000_000],
		["1.5 GB", 1_500_000_000],
	] as const) {
		expect(sizeOf("--memory", text, 1000)).toBe(bytes);
	}
	expect(sizeOf("--memory", undefined, 1000)).toBeUndefined();
});

test("any other text is refused with what may be given", () => {
	for (const text of ["100", "MB", "-1MB", "1e3MB", "100 M", "999B", "0MB", "999999999999GB", "100MB "]) {
		let refusal: unknown;
		try {
			sizeOf("--memory", text, 1000);
		} catch (error) {
			refusal = error;
		}
		if (!isFault(refusal, "usage")) throw refusal ?? new Error(`${text} was taken`);
		expect(refusal.message).toBe(`--memory is "${text}"`);
		expect(refusal.hint).toBe("give a size of 1000 bytes or more, with a unit: for example 500KB, 100MB or 1GB");
	}
});
