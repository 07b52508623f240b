interface HeartbeatOptions {
	/** Sends a proof; settles when it is answered, or when it is certain that it will not be. */
	readonly prove: () => Promise<unknown>;
	/** Called where a proof was not answered in time. */
	readonly silent: (waitedMs: number) => void;
}

/**
 * Sends a proof of the session at once and each sixth of the time-out, while it runs. A proof that is not answered
 * within a third of the time-out calls `silent`, so that there is time left for another server.
 */
export class Heartbeat {
	readonly #options: HeartbeatOptions;
	#running = false;
	#next: ReturnType<typeof setTimeout> | undefined;

	constructor(options: HeartbeatOptions) {
		this.#options = options;
	}

	/** Starts anew, with this session time-out in ms. */
	start(timeoutMs: number): void {
		this.stop();
		this.#running = true;
		this.#proveAndRepeat(timeoutMs);
	}

	stop(): void {
		this.#running = false;
		clearTimeout(this.#next);
	}

	#proveAndRepeat(timeoutMs: number): void {
		const waitMs = timeoutMs / 3;
		const deadline = setTimeout(() => {
			if (this.#running) this.#options.silent(waitMs);
		}, waitMs);
		const answered = () => clearTimeout(deadline);
		this.#options.prove().then(answered, answered);
		this.#next = setTimeout(() => this.#proveAndRepeat(timeoutMs), timeoutMs / 6);
	}
}
