import type { Variables } from "./servers.ts";

/** An interactive shell on a terminal of its own: what is typed goes in, what the screen shows comes out. */
export class ShellTerminal implements AsyncDisposable {
	readonly #child: Bun.Subprocess;
	readonly #waiting = new Set<() => void>();
	readonly #decoder = new TextDecoder();
	#screen = "";
	#position = 0;

	constructor(env: Variables) {
		this.#child = Bun.spawn(["bash", "--norc", "--noediting", "-i"], {
			env: { ...env, PS1: "ready> ", TERM: "dumb" },
			terminal: {
				cols: 200,
				rows: 50,
				data: (_, bytes) => {
					this.#screen += this.#decoder.decode(bytes, { stream: true });
					for (const wake of this.#waiting) wake();
				},
			},
		});
	}

	/** Keys, as they are pressed: a line ends with `\n`, Ctrl-C is `\x03`, Ctrl-Z `\x1a`. */
	type(keys: string): void {
		this.#child.terminal?.write(keys);
	}

	/** Resolves with all of the screen up to `text` and it, from behind what was found before. */
	async shows(text: string): Promise<string> {
		for (;;) {
			const at = this.#screen.indexOf(text, this.#position);
			if (at >= 0) {
				const seen = this.#screen.slice(this.#position, at + text.length);
				this.#position = at + text.length;
				return seen;
			}
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#waiting.add(resolve);
			await promise;
			this.#waiting.delete(resolve);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#child.kill("SIGKILL");
		await this.#child.exited;
		this.#child.terminal?.close();
	}
}
