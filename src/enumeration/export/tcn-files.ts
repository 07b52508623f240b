import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { TangleFields } from "../tangles/tangle.ts";
import { entryOf, type FinishedFile, fileName, headOf, type TableShape } from "./table.ts";

/** A file that is full, with what it has. */
export interface FullFile {
	readonly file: FinishedFile;
	readonly content: Uint8Array;
}

/**
 * Cuts the tangles of one TCN, which come in the order of their notations, into files. Where a file ends depends on the
 * tangles and the shape alone, so that a run which goes on behind finished files makes the same ones.
 */
export class TcnFiles {
	readonly #tcn: number;
	readonly #shape: TableShape;
	/** Notation of the last tangle that is in a finished file. */
	readonly #finishedTo: string | undefined;
	#number: number;
	#entries: string[] = [];
	#bytes: number;
	#last = "";

	/** `finished`: the files of this TCN that an earlier run wrote, in their order. */
	constructor(tcn: number, shape: TableShape, finished: readonly FinishedFile[]) {
		this.#tcn = tcn;
		this.#shape = shape;
		this.#finishedTo = finished.at(-1)?.last;
		this.#number = finished.length + 1;
		this.#bytes = headOf(shape.format).length;
	}

	/** Adds a tangle, and gives the file before it where that is full; a tangle of a finished file is passed over. */
	add(tangle: TangleFields): FullFile | undefined {
		if (this.#finishedTo !== undefined && tangle.notation <= this.#finishedTo) return undefined;
		// All characters are ASCII, a byte each.
		const entry = entryOf(this.#shape.format, tangle);
		const full =
			this.#entries.length > 0 && this.#bytes + entry.length > this.#shape.file_size ? this.end() : undefined;
		this.#entries.push(entry);
		this.#bytes += entry.length;
		this.#last = tangle.notation;
		return full;
	}

	/** The file that was begun, if any. */
	end(): FullFile | undefined {
		if (this.#entries.length === 0) return undefined;
		const { format, gzip } = this.#shape;
		const head = headOf(format);
		const plain = Buffer.from(head + this.#entries.join(""), "latin1");
		const content = gzip ? gzipSync(plain) : plain;
		const file = {
			...{ name: fileName(this.#tcn, this.#number, this.#shape), tcn: this.#tcn, tangles: this.#entries.length },
			bytes: content.length,
			sha256: createHash("sha256").update(content).digest("hex"),
			last: this.#last,
		};
		this.#number += 1;
		this.#entries = [];
		this.#bytes = head.length;
		return { file, content };
	}
}
