/** A line of input: its number from 1, and its text, or what is wrong with it. */
export type InputLine = { readonly number: number } & ({ readonly text: string } | { readonly wrong: string });

/**
 * The lines of UTF-8 bytes, without their ends. A line longer than `most` bytes is not kept, which bounds the memory
 * used.
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<InputLine> {
	const decoder = new TextDecoder("utf-8", { fatal: true });
	let number = 0;
	let kept: Uint8Array[] = [];
	let length = 0;
	const keep = (piece: Uint8Array) => {
		length += piece.length;
		if (length <= most) kept.push(piece);
	};
	const take = (): InputLine => {
		const line = Buffer.concat(kept);
		const tooLong = length > most;
		number += 1;
		kept = [];
		length = 0;
		if (tooLong) return { number, wrong: `is longer than ${most} bytes` };
		try {
			return { number, text: decoder.decode(line.at(-1) === 13 ? line.subarray(0, -1) : line) };
		} catch (error) {
			if (error instanceof TypeError) return { number, wrong: "is not UTF-8" };
			throw error;
		}
	};
	for await (const chunk of bytes) {
		let from = 0;
		for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
			keep(chunk.subarray(from, at));
			yield take();
			from = at + 1;
		}
		keep(chunk.subarray(from));
	}
	if (length > 0) yield take();
}
