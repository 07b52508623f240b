import type { Log } from "../base/log.ts";
import { shownKey } from "./values/describe-value.ts";

/** The most warnings of unknown keys: a YAML file may carry many keys of other programs. */
const MOST_WARNINGS = 50;

/** Warns of keys that nothing reads: a spelling mistake, or another program's. Never an error. */
export class UnknownKeys {
	readonly #file: string;
	readonly #log: Log;
	readonly #most: number;
	#count = 0;

	constructor(file: string, log: Log, most = MOST_WARNINGS) {
		this.#file = file;
		this.#log = log;
		this.#most = most;
	}

	/** `path`: the sections around the key; `meant`: the key that it resembles. */
	report(line: number, path: readonly string[], key: string, meant: string | undefined): void {
		this.#count += 1;
		if (this.#count > this.#most) {
			if (this.#count === this.#most + 1) this.#log.warn("more unknown keys are not shown", { file: this.#file });
			return;
		}
		this.#log.warn("unknown key", {
			key: [...path, key].map(shownKey).join("."),
			at: `${this.#file}:${line}`,
			meant,
		});
	}
}
