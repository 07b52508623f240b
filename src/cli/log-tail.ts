import { masked } from "./masked.ts";

/** What the end of the log is: in bytes of UTF-8. */
const TAIL_BYTES = 10_000;

/** The end of the run's log. */
export class LogTail {
	#lines: string[] = [];
	#bytes = 0;

	add(text: string): void {
		this.#lines.push(text);
		this.#bytes += text.length + 1;
		while (this.#bytes - (this.#lines[0]?.length ?? 0) > TAIL_BYTES && this.#lines.length > 1) {
			this.#bytes -= (this.#lines.shift()?.length ?? 0) + 1;
		}
	}

	/** At most 10 kB in UTF-8, without what is in `secrets`. */
	text(secrets: readonly string[]): string {
		// Masked before it is cut: a part of a secret would not be found.
		const bytes = Buffer.from(masked(this.#lines.join("\n"), secrets));
		return new TextDecoder().decode(bytes.subarray(-TAIL_BYTES)).replace(/^\uFFFD+/, "");
	}
}
