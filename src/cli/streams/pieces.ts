import type { Entry } from "./write-queue.ts";

const LINE_END = 10;

/** Number of line ends. */
export function linesIn(bytes: Uint8Array): number {
	let lines = 0;
	for (let at = bytes.indexOf(LINE_END); at >= 0; at = bytes.indexOf(LINE_END, at + 1)) lines += 1;
	return lines;
}

/**
 * Where to cut bytes that are more than `most`: behind the last line that fits, else behind the first one, else
 * nowhere.
 */
function cutAt(bytes: Buffer, most: number): number {
	if (bytes.length <= most) return bytes.length;
	const last = bytes.lastIndexOf(LINE_END, most - 1) + 1;
	if (last > 0) return last;
	const first = bytes.indexOf(LINE_END, most) + 1;
	return first > 0 ? first : bytes.length;
}

/**
 * Takes what is written next off the queue's front: entries of one kind, whole lines, `most` bytes unless one line is
 * longer.
 */
export function takePiece(entries: Entry[], most: number): Entry | undefined {
	const [first] = entries;
	if (first === undefined) return undefined;
	const { kind } = first;
	const cut = cutAt(first.bytes, most);
	if (cut < first.bytes.length) {
		entries[0] = { kind, bytes: first.bytes.subarray(cut) };
		return { kind, bytes: first.bytes.subarray(0, cut) };
	}
	let length = 0;
	let count = 0;
	for (const entry of entries) {
		if (entry.kind !== kind || (count > 0 && length + entry.bytes.length > most)) break;
		length += entry.bytes.length;
		count += 1;
	}
	const taken = entries.splice(0, count);
	return count === 1 ? first : { kind, bytes: Buffer.concat(taken.map(({ bytes }) => bytes)) };
}
