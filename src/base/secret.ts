import { inspect } from "node:util";

const SHOWN = "***";

/** A value that no message, log line or dump may show: every way to turn it into text gives `***`. */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
		Object.freeze(this);
	}

	/** The value itself, for the one place that logs in with it. */
	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return SHOWN;
	}

	toJSON(): string {
		return SHOWN;
	}

	[Symbol.toPrimitive](): string {
		return SHOWN;
	}

	[inspect.custom](): string {
		return SHOWN;
	}
}
