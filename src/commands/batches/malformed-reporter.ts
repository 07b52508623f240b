import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { Malformed } from "../../line/batches/malformed.ts";

/** So many malformed documents are explained on stderr. */
const MOST_EXPLAINED = 10;

/** Logs what is wrong with the first malformed documents of a list, and how to correct them, and counts all of them. */
export class MalformedReporter {
	readonly #log: Log;
	#count = 0;

	constructor(log: Log) {
		this.#log = log;
	}

	explain(malformed: Malformed): void {
		this.#count += 1;
		if (this.#count > MOST_EXPLAINED) return;
		const { message, hint = "" } = malformed.fault();
		this.#log.error(message);
		this.#log.error(hint);
	}

	/** Throws a Fault "data" where there was any. */
	check(collection: string): void {
		if (this.#count === 0) return;
		const what = this.#count === 1 ? "one document is" : `${this.#count} documents are`;
		throw new Fault("data", `${collection}: ${what} malformed; all others are listed`, {
			hint: "correct what the lines above name; `tangles doctor` looks at all documents",
		});
	}
}
