import { expect, test } from "bun:test";
import { linesIn, takePiece } from "../../../../src/cli/streams/pieces.ts";
import type { Entry, StreamKind } from "../../../../src/cli/streams/write-queue.ts";

/** All pieces of a queue, as `kind:text`. */
function pieces(most: number, ...entries: readonly (readonly [StreamKind, string])[]): string[] {
	const queue: Entry[] = entries.map(([kind, text]) => ({ kind, bytes: Buffer.from(text) }));
	const taken: string[] = [];
	for (let piece = takePiece(queue, most); piece !== undefined; piece = takePiece(queue, most)) {
		taken.push(`${piece.kind}:${piece.bytes.toString()}`);
	}
	return taken;
}

test("entries of one kind go together as far as they fit, in their order", () => {
	expect(pieces(6, ["log", "ab\n"], ["log", "cd\n"], ["log", "e\n"])).toEqual(["log:ab\ncd\n", "log:e\n"]);
	expect(pieces(9, ["log", "a\n"], ["payload", "b\n"], ["log", "c\n"])).toEqual(["log:a\n", "payload:b\n", "log:c\n"]);
	expect(pieces(9)).toEqual([]);
});

test("a long entry is cut behind a line; a line that is longer than a piece stays whole", () => {
	expect(pieces(5, ["log", "ab\ncd\nef\n"])).toEqual(["log:ab\n", "log:cd\n", "log:ef\n"]);
	expect(pieces(4, ["log", "abcdefgh\nij\n"])).toEqual(["log:abcdefgh\n", "log:ij\n"]);
	expect(pieces(4, ["payload", "abcdefgh"], ["payload", "i\n"])).toEqual(["payload:abcdefgh", "payload:i\n"]);
});

test("lines are counted by their ends", () => {
	expect(["", "a", "a\n", "\n\na\n"].map((text) => linesIn(Buffer.from(text)))).toEqual([0, 0, 1, 3]);
});
