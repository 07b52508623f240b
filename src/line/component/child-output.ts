import type { LineLog } from "../../base/log.ts";
import type { TimeSlice } from "../../base/time-slice.ts";

export type OutputStream = "stdout" | "stderr";

/** A longer line is cut: output without line ends must not fill the memory. In letters. */
const LONGEST_LINE = 8192;
/** How much of stderr a report keeps, in letters; a letter of UTF-8 has up to 4 bytes. */
const TAIL_LETTERS = 4000;
const TAIL_BYTES = 4 * TAIL_LETTERS;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Cuts one stream into pieces of whole lines, each piece small enough to be handled in a fraction of a time slice. */
class LineCutter {
	readonly #decoder = new TextDecoder();
	#rest = "";
	/** The line's first letters are out already; what follows up to its end is left out. */
	#skipping = false;

	/** The pieces that `bytes` complete; each ends with a line end, and none of its lines is longer than LONGEST_LINE. */
	*add(bytes: Uint8Array): Generator<string> {
		const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
		let from = 0;
		while (from < text.length) {
			if (this.#skipping) {
				from = text.indexOf("\n", from) + 1;
				if (from === 0) {
					this.#rest = "";
					return;
				}
				this.#skipping = false;
			}
			const last = text.lastIndexOf("\n", from + LONGEST_LINE);
			if (last >= from) {
				yield text.slice(from, last + 1);
				from = last + 1;
			} else if (text.length - from > LONGEST_LINE) {
				yield `${text.slice(from, from + LONGEST_LINE)}\n`;
				this.#skipping = true;
			} else break;
		}
		this.#rest = text.slice(from);
	}

	/** What came without a line end, as a line; empty where there is nothing. */
	end(): string {
		const last = this.#skipping ? "" : this.#rest + this.#decoder.decode();
		this.#rest = "";
		return last === "" ? "" : `${last}\n`;
	}
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
		stdout: new LineCutter(),
		stderr: new LineCutter(),
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
		if (this.#log.shown) for (const cutter of Object.values(this.#cutters)) this.#print(cutter.end());
		return this.#tail.text.trimEnd();
	}

	#print(lines: string): void {
		if (lines === "") return;
		const whole = lines.includes("\r") ? lines.replaceAll("\r\n", "\n") : lines;
		this.#log.lines(this.#from, whole.replaceAll(CONTROL, "?"));
	}
}
