import { expect, test } from "bun:test";
import { nearest } from "../../../src/base/nearest.ts";

test("the nearest name is one that may have been meant, or none", () => {
	expect(nearest("prodcue", ["produce", "init"])).toBe("produce");
	expect(nearest("zzz", ["produce", "init"])).toBeUndefined();
	expect(nearest("x", [])).toBeUndefined();
});

test("what is compared, and how much of it may differ, is for the caller to say", () => {
	const bare = (name: string) => name.replace(/^a\.b?/, "");
	expect(nearest("a.color", ["a.bcolour", "a.bother"], { bare })).toBe("a.bcolour");
	expect(nearest("abcdef", ["abcxyf"], { share: 2 })).toBe("abcxyf");
	expect(nearest("abcdef", ["abcxyf"], { share: 6 })).toBeUndefined();
	expect(nearest("x".repeat(65), ["x".repeat(64)])).toBeUndefined();
});
