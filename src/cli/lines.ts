import { LineCutter, type LinePiece } from "../base/line-cutter.ts";

/** A line of input: its number from 1, and its text, or what is wrong with it. */
export type InputLine = { readonly number: number } & ({ readonly text: string } | { readonly wrong: string });

/** The lines of a piece, without their ends. */
function* cutAtEnds(bytes: Uint8Array): Generator<Uint8Array> {
	let from = 0;
	for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
		yield bytes.subarray(from, at);
		from = at + 1;
	}
	if (from < bytes.length) yield bytes.subarray(from);
}

/**
 * The lines of UTF-8 bytes, without their ends. A line longer than `most` bytes is not kept, which bounds the memory
 * used.
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<InputLine> {
	const decoder = new TextDecoder("utf-8", { fatal: true });
	const cutter = new LineCutter(most);
	let number = 0;
	const read = (line: Uint8Array): InputLine => {
		number += 1;
		try {
			return { number, text: decoder.decode(line.at(-1) === 13 ? line.subarray(0, -1) : line) };
		} catch (error) {
			if (error instanceof TypeError) return { number, wrong: "is not UTF-8" };
			throw error;
		}
	};
	function* linesIn(piece: LinePiece): Generator<InputLine> {
		if (piece.isCut) {
			number += 1;
			yield { number, wrong: `is longer than ${most} bytes` };
		} else for (const line of cutAtEnds(piece.bytes)) yield read(line);
	}
	for await (const chunk of bytes) for (const piece of cutter.add(chunk)) yield* linesIn(piece);
	const last = cutter.end();
	if (last !== undefined) yield* linesIn(last);
}
