import type { Log } from "../../base/log.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { addressOf } from "./connection-faults.ts";
import { type Pause, pauseText, resumeHint } from "./pause.ts";

/** A server with other paused queues is asked again after this time, as long as the queue stands still. */
const ASK_EVERY_MS = 10_000;
/**
 * A server that asks this worker for no further jobs withholds them too, and says so by the next heartbeat, at most 15
 * s later. Each withheld FETCH takes 2 s.
 */
const MANY = 10;

/** Warns once of a queue that holds its jobs back because it is paused, until it gives some again. */
export class PauseNotice {
	readonly #config: FaktoryConfig;
	readonly #log: Log;
	#told = false;
	#last: number | undefined;
	#asked = Number.NEGATIVE_INFINITY;
	#withheld = 0;

	constructor(config: FaktoryConfig, log: Log) {
		this.#config = config;
		this.#log = log;
	}

	/**
	 * Takes the queue's length as a waiting run reads it; where the length does not fall, asks whether the queue is
	 * paused.
	 */
	async look(enqueued: number, ask: () => Promise<Pause>): Promise<void> {
		const before = this.#last ?? 0;
		this.#last = enqueued;
		if (enqueued < before) this.#goesOn();
		if (enqueued === 0 || enqueued !== before || this.#told) return;
		const now = performance.now();
		if (now - this.#asked < ASK_EVERY_MS) return;
		this.#asked = now;
		const pause = await ask();
		if (pause !== "no") this.#warn(pause, enqueued);
	}

	/** A FETCH gave no job although the queue had some before and after; `ask` says whether any queue is paused. */
	async withheld(enqueued: number, ask: () => Promise<boolean>): Promise<void> {
		this.#withheld += 1;
		if (this.#told || enqueued === 0) return;
		if ((await ask()) || this.#withheld >= MANY) this.#warn("yes", enqueued);
	}

	/** The server gave a job. */
	given(): void {
		this.#goesOn();
	}

	#goesOn(): void {
		this.#withheld = 0;
		if (this.#told) this.#log.info(`${this.#name} gives jobs again`);
		this.#told = false;
	}

	get #name(): string {
		return `Faktory at ${addressOf(this.#config)}, queue ${this.#config.queue}`;
	}

	#warn(pause: "perhaps" | "yes", enqueued: number): void {
		this.#told = true;
		this.#log.warn(`${pauseText(this.#name, pause, enqueued)}; ${resumeHint(this.#config)}`);
	}
}
