/** Collects the messages of one turn of the event loop, and writes them in one piece: one packet instead of many. */
export class Outbox {
	readonly #write: (bytes: Buffer) => void;
	#messages: Buffer[] = [];

	/** `write` is called at the end of a turn in which messages were added. */
	constructor(write: (bytes: Buffer) => void) {
		this.#write = write;
	}

	add(message: Buffer): void {
		this.#messages.push(message);
		if (this.#messages.length === 1) queueMicrotask(this.#flush);
	}

	readonly #flush = (): void => {
		const bytes = Buffer.concat(this.#messages);
		this.#messages = [];
		this.#write(bytes);
	};
}
