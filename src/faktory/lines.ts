import { Fault } from "../base/fault.ts";
import type { FaktoryConfig } from "../config/config.ts";
import { addressOf, type FaktoryLine, openLine } from "./connection.ts";

/** Connections to one server, opened as they are needed and used again. */
export class FaktoryLines {
	readonly #config: FaktoryConfig;
	readonly #idle: FaktoryLine[] = [];
	#closed = false;

	constructor(config: FaktoryConfig) {
		this.#config = config;
	}

	/**
	 * Asks on a line of its own; one that broke is not used again. Throws as `FaktoryLine.ask` does, all within `ms`.
	 */
	async ask(words: string[], ms: number): Promise<string> {
		if (this.#closed)
			throw new Fault("unreachable", `the connection to Faktory at ${addressOf(this.#config)} is closed`);
		const end = performance.now() + ms;
		const line = this.#idle.pop() ?? (await openLine(this.#config, ms));
		const answer = await line.ask(words, Math.max(1, Math.round(end - performance.now())));
		if (this.#closed) line.close();
		else this.#idle.push(line);
		return answer;
	}

	close(): void {
		this.#closed = true;
		for (const line of this.#idle.splice(0)) line.close();
	}
}
