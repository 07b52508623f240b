import { expect, test } from "bun:test";
import { LogTail } from "../../../src/cli/log-tail.ts";

test("the end of the log: 10 kB of UTF-8 at most, whole letters, the last line among them", () => {
	const tail = new LogTail();
	for (let at = 0; at < 2000; at += 1) tail.add(`${at} ${"ä".repeat(20)}`);
	const text = tail.text([]);
	expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_000);
	expect(Buffer.byteLength(text)).toBeGreaterThan(9_000);
	expect(text).not.toContain("\uFFFD");
	expect(text).toEndWith(`1999 ${"ä".repeat(20)}`);
	const long = new LogTail();
	long.add("x".repeat(50_000));
	expect(long.text([])).toBe("x".repeat(10_000));
});

test("what is secret is not in it", () => {
	const tail = new LogTail();
	tail.add("login u:hunter2 twice hunter2");
	expect(tail.text(["", "hunter2"])).toBe("login u:*** twice ***");
});

test("a secret at the border of the 10 kB: nothing of it is left, wherever the border lies in it", () => {
	for (let behind = 9990; behind <= 10_000; behind += 1) {
		const tail = new LogTail();
		tail.add(`${"x".repeat(500)}hunter2${"é".repeat(behind / 2)}`);
		expect({ behind, left: /[hunter2]/.test(tail.text(["hunter2"])) }).toEqual({ behind, left: false });
	}
});
