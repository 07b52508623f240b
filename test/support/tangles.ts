import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Variables } from "./servers.ts";

const BINARY = join(import.meta.dir, "../../dist/tangles");

export interface Ended {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** A run of the compiled binary. Its environment is what is given, and nothing else. */
export class Run {
	readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
	readonly #lines: string[] = [];
	readonly #waiting = new Set<() => void>();
	readonly #out: Promise<string>;
	readonly #err: Promise<string>;
	#closed = false;
	#position = 0;

	constructor(words: readonly string[], env: Variables, cwd = tmpdir()) {
		this.#child = Bun.spawn([BINARY, ...words], { env, cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
		this.#out = this.#read();
		this.#err = new Response(this.#child.stderr).text();
	}

	async #read(): Promise<string> {
		let text = "";
		let rest = "";
		const decoder = new TextDecoder();
		for await (const bytes of this.#child.stdout) {
			const piece = decoder.decode(bytes, { stream: true });
			text += piece;
			const lines = (rest + piece).split("\n");
			rest = lines.pop() ?? "";
			this.#lines.push(...lines);
			this.#wake();
		}
		this.#closed = true;
		this.#wake();
		return text;
	}

	#wake(): void {
		for (const wake of this.#waiting) wake();
	}

	/** Resolves with the next line of stdout that contains `text`: the search goes on behind the line found before. */
	async line(text: string): Promise<string> {
		for (;;) {
			const at = this.#lines.findIndex((line, index) => index >= this.#position && line.includes(text));
			if (at >= 0) {
				this.#position = at + 1;
				return this.#lines[at] ?? "";
			}
			if (this.#closed) throw new Error(`it ended without a line with ${text}: ${await this.#err}`);
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#waiting.add(resolve);
			await promise;
			this.#waiting.delete(resolve);
		}
	}

	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	async ended(): Promise<Ended> {
		const [code, out, err] = await Promise.all([this.#child.exited, this.#out, this.#err]);
		return { code, out, err };
	}
}

export async function tangles(words: readonly string[], env: Variables = {}): Promise<Ended> {
	return await new Run(words, env).ended();
}
