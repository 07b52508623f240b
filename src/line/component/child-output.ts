import { LineCutter, type LinePiece } from "../../base/line-cutter.ts";
import type { LineLog } from "../../base/log.ts";
import type { TimeSlice } from "../../base/time-slice.ts";

export type OutputStream = "stdout" | "stderr";

/** A longer line is cut, in bytes. Pieces are no longer either: each is handled in a fraction of a time slice. */
const LONGEST_LINE = 8192;
/** How much of stderr a report keeps, in letters; a letter of UTF-8 has up to 4 bytes. */
const TAIL_LETTERS = 4000;
const TAIL_BYTES = 4 * TAIL_LETTERS;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A piece as whole lines of text. A letter that a cut has broken is left out; `…` stands in place of what follows. */
function textOf({ bytes, isCut }: LinePiece): string {
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: isCut });
	if (isCut) return `${text}…\n`;
	return text.endsWith("\n") ? text : `${text}\n`;
}

/** The end of a stream of bytes. */
class Tail {
	#pieces: Uint8Array[] = [];
	#length = 0;

	add(bytes: Uint8Array): void {
		// A copy: a view would keep the whole chunk in memory.
		const piece = Uint8Array.from(bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)));
		this.#pieces.push(piece);
		this.#length += piece.length;
		if (this.#length > 8 * TAIL_BYTES || this.#pieces.length > 1000) {
			const kept = Uint8Array.from(Buffer.concat(this.#pieces).subarray(-TAIL_BYTES));
			this.#pieces = [kept];
			this.#length = kept.length;
		}
	}

	get text(): string {
		return Buffer.concat(this.#pieces).toString().slice(-TAIL_LETTERS);
	}
}

/**
 * What a child writes on both streams: its lines go to the log, at the log's pace and in small bits, so that the event
 * loop is free for heartbeats whatever a child writes; the end of stderr is kept. Where the log does not show such
 * lines nothing is decoded or cut.
 */
export class ChildOutput {
	readonly #log: LineLog;
	readonly #from: string;
	readonly #slice: TimeSlice;
	readonly #cutters: Readonly<Record<OutputStream, LineCutter>> = {
		stdout: new LineCutter(LONGEST_LINE),
		stderr: new LineCutter(LONGEST_LINE),
	};
	readonly #tail = new Tail();

	/** `slice` is shared by all children of a run. */
	constructor(log: LineLog, from: string, slice: TimeSlice) {
		this.#log = log;
		this.#from = from;
		this.#slice = slice;
	}

	/** Resolves when the bytes are taken and there is room for more. */
	async add(stream: OutputStream, bytes: Uint8Array): Promise<void> {
		await this.#slice.turn();
		if (stream === "stderr") this.#tail.add(bytes);
		if (!this.#log.shown) return;
		for (const piece of this.#cutters[stream].add(bytes)) {
			this.#print(piece);
			await this.#log.room();
			await this.#slice.turn();
		}
	}

	/** Hands on what came without a line end, and gives the last of stderr. */
	end(): string {
		for (const cutter of Object.values(this.#cutters)) {
			const last = cutter.end();
			if (last !== undefined) this.#print(last);
		}
		return this.#tail.text.trimEnd();
	}

	#print(piece: LinePiece): void {
		const lines = textOf(piece);
		const whole = lines.includes("\r") ? lines.replaceAll("\r\n", "\n") : lines;
		this.#log.lines(this.#from, whole.replaceAll(CONTROL, "?"));
	}
}
