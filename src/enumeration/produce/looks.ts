import { sleep } from "../../base/deadline.ts";
import type { QueueCounts } from "../stencils/ports.ts";
import type { Producer } from "./producer.ts";

/**
 * The least time between two looks at the server. A job that is being fetched, acknowledged or failed is in no set for
 * an instant: the server moves it by two commands to its own store, well below a millisecond apart.
 */
const LEAST_MS = 50;
/** The longest pause, as a part of the time waited so far: the end of a wait is noticed that late at most. */
const LATE = 1 / 4;

/** Pauses between requests to the server, from 50 ms up to `poll`; they grow with the time waited so far. */
export class Looks {
	readonly #pollMs: number;
	readonly #began = performance.now();

	constructor(pollMs: number) {
		this.#pollMs = pollMs;
	}

	async next(signal: AbortSignal): Promise<void> {
		const waited = performance.now() - this.#began;
		await sleep(Math.min(this.#pollMs, Math.max(LEAST_MS, waited * LATE)), signal);
	}
}

/** A server that is busy at so many looks is not waited for: others may use it without end. */
const MOST_LOOKS = 5;

/**
 * Looks at the server, a short time apart: `steady` once nothing moved between two, so that its numbers fit together.
 */
export async function steadyCounts({ queue, settings, signal }: Producer): Promise<{
	readonly counts: QueueCounts;
	readonly steady: boolean;
}> {
	const looks = new Looks(settings.pollMs);
	let counts = await queue.counts(signal);
	for (let look = 1; look < MOST_LOOKS; look += 1) {
		await looks.next(signal);
		const before = counts;
		counts = await queue.counts(signal);
		if (sameCounts(before, counts)) return { counts, steady: true };
	}
	return { counts, steady: false };
}

export function sameCounts(a: QueueCounts, b: QueueCounts): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
