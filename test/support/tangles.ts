import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDeadline } from "../../src/base/deadline.ts";
import { MARK, type Variables } from "./marked.ts";
import { OutputPair } from "./output-pair.ts";
import { textLines } from "./text-lines.ts";

export const BINARY = join(import.meta.dir, "../../dist/tangles");

export interface Ended {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** A test is ended after 240 s, without a word of its programs. */
const STUCK_MS = 225_000;
/** So much of each is shown. */
const LAST_LINES = 20;

/** Lines of a stream as they come. */
class Lines {
	readonly text: Promise<string>;
	readonly #lines: string[] = [];
	readonly #waiting = new Set<() => void>();
	#closed = false;
	#position = 0;

	constructor(stream: AsyncIterable<Uint8Array>) {
		this.text = this.#read(stream);
	}

	async #read(stream: AsyncIterable<Uint8Array>): Promise<string> {
		const chunks: Uint8Array[] = [];
		const linesOf = textLines();
		for await (const bytes of stream) {
			chunks.push(bytes);
			this.#lines.push(...linesOf(bytes));
			this.#wake();
		}
		this.#closed = true;
		this.#wake();
		return Buffer.concat(chunks).toString();
	}

	get last(): string {
		return this.#lines.slice(-LAST_LINES).join("\n");
	}

	#wake(): void {
		for (const wake of this.#waiting) wake();
	}

	async next(text: string): Promise<string | undefined> {
		for (;;) {
			const at = this.#lines.findIndex((line, index) => index >= this.#position && line.includes(text));
			if (at >= 0) {
				this.#position = at + 1;
				return this.#lines[at] ?? "";
			}
			if (this.#closed) return undefined;
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#waiting.add(resolve);
			await promise;
			this.#waiting.delete(resolve);
		}
	}
}

/** What a program reads. */
export type Stdin = Blob | ReadableStream | "ignore";

/** A program that runs; its environment is what is given, and the run's mark. Killed where a test leaves it running. */
export class Running implements AsyncDisposable {
	static readonly #alive = new Set<Running>();
	readonly #command: string;
	readonly #child: Bun.Subprocess<Bun.SpawnOptions.Writable, number, number>;
	readonly #out: Lines;
	readonly #err: Lines;

	constructor(command: readonly string[], env: Variables, cwd = tmpdir(), stdin: Stdin = "ignore") {
		const out = new OutputPair();
		const err = new OutputPair();
		this.#out = new Lines(out.ourEnd);
		this.#err = new Lines(err.ourEnd);
		this.#child = Bun.spawn([...command], {
			env: { ...env, ...MARK },
			cwd,
			stdin,
			stdout: out.childEnd,
			stderr: err.childEnd,
		});
		out.given();
		err.given();
		this.#command = command.join(" ");
		Running.#alive.add(this);
		void Promise.all([this.#child.exited, this.#out.text, this.#err.text]).then(() => Running.#alive.delete(this));
	}

	/** What is waited for so long that the test would be ended: says what each program of the test has printed by then. */
	static async #orStuck<T>(what: string, work: Promise<T>): Promise<T> {
		const said = () => [...Running.#alive].map((run) => `${run.#command}:\n${run.#out.last}\n${run.#err.last}`);
		return await withDeadline(
			STUCK_MS,
			work,
			() => new Error(`no ${what} after ${STUCK_MS} ms\n${said().join("\n\n")}`),
		);
	}

	get pid(): number {
		return this.#child.pid;
	}

	/** Resolves with the next line of stdout that contains `text`: the search goes on behind the line found before. */
	async line(text: string): Promise<string> {
		return (await Running.#orStuck(`line with ${text}`, this.#out.next(text))) ?? (await this.#without(text));
	}

	/** The same for stderr. */
	async talk(text: string): Promise<string> {
		return (await Running.#orStuck(`line with ${text}`, this.#err.next(text))) ?? (await this.#without(text));
	}

	async #without(text: string): Promise<never> {
		const { code, out, err } = await this.ended();
		throw new Error(`it ended with ${code}, without a line with ${text}: ${out.slice(-500)}${err}`);
	}

	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	async ended(): Promise<Ended> {
		const parts = Promise.all([this.#child.exited, this.#out.text, this.#err.text]);
		const [code, out, err] = await Running.#orStuck(`end of ${this.#command}`, parts);
		return { code, out, err };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.kill("SIGKILL");
		await this.#child.exited;
	}
}

/** A run of the compiled binary; `before` are words before it, such as another program's that starts it. */
export class Run extends Running {
	constructor(
		words: readonly string[],
		env: Variables,
		cwd = tmpdir(),
		before: readonly string[] = [],
		stdin: Stdin = "ignore",
	) {
		super([...before, BINARY, ...words], env, cwd, stdin);
	}
}

export async function tangles(words: readonly string[], env: Variables = {}): Promise<Ended> {
	return await new Run(words, env).ended();
}
