const SHOWN = "***";
/** What `node:util` has as `inspect.custom`; asked there, it would load all of `inspect`. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

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

	[INSPECT](): string {
		return SHOWN;
	}
}
