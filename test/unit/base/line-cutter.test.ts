import { expect, test } from "bun:test";
import fc from "fast-check";
import { LineCutter, type LinePiece } from "../../../src/base/line-cutter.ts";

const MOST = 5;

/** Bytes of few kinds, so that line ends and long lines are frequent, and where they are broken into chunks. */
const streams = fc.record({
	text: fc.array(fc.constantFrom("a", "b", "\n"), { maxLength: 60 }).map((letters) => letters.join("")),
	chunk: fc.integer({ min: 1, max: 20 }),
});

function piecesOf(text: string, chunk: number): LinePiece[] {
	const bytes = Buffer.from(text);
	const cutter = new LineCutter(MOST);
	const pieces: LinePiece[] = [];
	for (let at = 0; at < bytes.length; at += chunk) pieces.push(...cutter.add(bytes.subarray(at, at + chunk)));
	const last = cutter.end();
	return last === undefined ? pieces : [...pieces, last];
}

test("the lines are the stream's, long ones cut, in whatever chunks they come; no piece is longer than a line may be", () => {
	fc.assert(
		fc.property(streams, ({ text, chunk }) => {
			const pieces = piecesOf(text, chunk);
			const found = pieces.map(({ bytes, isCut }) => `${Buffer.from(bytes)}${isCut ? "…\n" : ""}`).join("");
			expect(found).toBe(text.replace(/^(.{5}).+\n?/gm, "$1…\n"));
			for (const { at, bytes } of pieces) {
				expect(Buffer.from(text).subarray(at, at + bytes.length)).toEqual(Buffer.from(bytes));
				expect(bytes.length).toBeGreaterThan(0);
				expect(Buffer.from(bytes).toString().replace(/\n$/, "").length).toBeLessThanOrEqual(MOST);
			}
		}),
		{ numRuns: 2000 },
	);
});

test("what is kept of a line is no view of the chunk that it came in", () => {
	const chunk = Buffer.from("ab");
	const cutter = new LineCutter(MOST);
	expect([...cutter.add(chunk)]).toEqual([]);
	chunk.fill("x");
	expect([...cutter.add(Buffer.from("c\n"))].map(({ bytes }) => `${bytes}`)).toEqual(["abc\n"]);
});
