/** A longer line is cut: what comes without line ends must not fill the memory. */
const LONGEST_LINE = 8192;
/** How much of stderr a report keeps. */
const TAIL_LETTERS = 4000;

/** Cuts a stream into lines as they come. */
class Lines {
	readonly #decoder = new TextDecoder();
	readonly #take: (line: string) => void;
	#rest = "";

	constructor(take: (line: string) => void) {
		this.#take = take;
	}

	add(bytes: Buffer): void {
		const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r?\n/);
		this.#rest = lines.pop() ?? "";
		for (const line of lines) this.#take(line);
		if (this.#rest.length < LONGEST_LINE) return;
		this.#take(this.#rest);
		this.#rest = "";
	}

	end(): void {
		const last = this.#rest + this.#decoder.decode();
		if (last !== "") this.#take(last);
		this.#rest = "";
	}
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What a child says on both streams: each line is handed on, the end of stderr is kept. */
export class Spoken {
	readonly #streams: Readonly<Record<"stdout" | "stderr", Lines>>;
	#tail = "";

	constructor(line: (text: string) => void) {
		const say = (text: string) => line(text.slice(0, LONGEST_LINE).replaceAll(CONTROL, "?"));
		this.#streams = { stdout: new Lines(say), stderr: new Lines(say) };
	}

	add(stream: "stdout" | "stderr", bytes: Buffer): void {
		this.#streams[stream].add(bytes);
		if (stream === "stderr") this.#tail = (this.#tail + bytes.toString().slice(-TAIL_LETTERS)).slice(-TAIL_LETTERS);
	}

	/** Hands on what came without a line end, and gives the last of stderr. */
	end(): string {
		this.#streams.stdout.end();
		this.#streams.stderr.end();
		return this.#tail.trimEnd();
	}
}
