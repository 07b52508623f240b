import { sleep } from "../../src/base/deadline.ts";
import { sharedNow } from "../../src/base/shared-clock.ts";
import type { Event } from "./checker/history.ts";
import type { Client } from "./clients.ts";

interface Work {
	readonly client: string;
	/** When it is to end. */
	readonly until: number;
}

/** Sections that run now, from what they write. */
export class AtWork {
	readonly #works = new Map<string, Work>();
	readonly #waiting = new Set<() => void>();
	/** When a section began last, by lock. */
	readonly #lastBegin = new Map<string, number>();

	hear(event: Event): void {
		if (event.event === "begin") {
			this.#works.set(event.section, { client: event.client, until: event.at + event.length });
			this.#lastBegin.set(event.lock, event.at);
			for (const wake of this.#waiting) wake();
		} else if (event.event === "end") this.#works.delete(event.section);
	}

	/** Those of `clients` that have a section which is to run for `ms` from now on, or longer. */
	#busy(clients: readonly Client[], ms: number): readonly Client[] {
		const busy = new Set(
			[...this.#works.values()].filter(({ until }) => until >= sharedNow() + ms).map(({ client }) => client),
		);
		return clients.filter(({ name }) => busy.has(name));
	}

	/** The same, as soon as there is one; none where there is none within `waitMs`. */
	async untilBusy(clients: readonly Client[], ms: number, waitMs: number): Promise<readonly Client[]> {
		const late = sharedNow() + waitMs;
		for (;;) {
			const busy = this.#busy(clients, ms);
			const left = late - sharedNow();
			if (busy.length > 0 || left <= 0) return busy;
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#waiting.add(resolve);
			await Promise.race([promise, sleep(left)]);
			this.#waiting.delete(resolve);
		}
	}

	/** Resolves when a section has begun at each of `locks`, or at `late`. */
	async untilBegun(locks: readonly string[], late: number): Promise<void> {
		const from = sharedNow();
		while (!locks.every((lock) => (this.#lastBegin.get(lock) ?? 0) > from) && sharedNow() < late) {
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#waiting.add(resolve);
			await Promise.race([promise, sleep(late - sharedNow())]);
			this.#waiting.delete(resolve);
		}
	}
}
